"""Telephones of offices that notices name."""

from django.conf import settings
from django.db import models


class OfficePhone(models.Model):
    """An office's telephone for a place and everything below it; the narrowest place counts.

    The only telephones that may stand on a notice. `number` in clear: it is public.
    """

    area_code = models.CharField(max_length=12, db_collation="C")
    label = models.CharField(max_length=60)
    number = models.CharField(max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["area_code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["area_code", "number"], name="an_office_phone_once")
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.label}"
