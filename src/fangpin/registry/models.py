"""Households and persons of record, as the source registry numbers them."""

from django.db import models


class Household(models.Model):
    """A household: number, village, head. Replaced as a whole when a registry export is loaded."""

    number = models.CharField(max_length=40, unique=True)
    village_code = models.CharField(max_length=12, db_index=True)
    category_zh = models.CharField(max_length=60, blank=True)
    category_en = models.CharField(max_length=120, blank=True)
    head_name = models.CharField(max_length=80, blank=True)
    members = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class Person(models.Model):
    """A member of a household."""

    number = models.CharField(max_length=40)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="persons")
    name = models.CharField(max_length=80, blank=True)
    is_head = models.BooleanField(default=False)

    class Meta:
        ordering = ["household_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["household", "number"], name="person_once_in_household")
        ]

    def __str__(self) -> str:
        return self.number
