"""Years that an administrator entered: they take the place of what the program knows."""

from django.conf import settings
from django.db import models


class CalendarYear(models.Model):
    """A year whose holidays were entered, with where they were published."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=200)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day of such a year that differs from Monday to Friday: worked, or not."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    of = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'works' if self.working else 'rests'}"
