"""The text of a procedure as a case runs under it, and which pack holds where."""

from django.conf import settings
from django.db import models


class Definition(models.Model):
    """A procedure with all its figures, frozen when the first case began under it. `content` is the
    canonical content of the record (`cases.frozen`), `hash` its sha256; neither ever changes."""

    hash = models.CharField(max_length=64, unique=True)
    pack = models.CharField(max_length=80)
    pack_hash = models.CharField(max_length=80)
    procedure = models.CharField(max_length=80)
    effect = models.CharField(max_length=30)
    content = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["procedure", "id"]

    def __str__(self) -> str:
        return f"{self.pack} {self.procedure} {self.hash[:8]}"


class PackInForce(models.Model):
    """From a day on, cases of a place (and of all below it) begin under the procedures of a pack.
    The narrowest place counts, and for a place the latest day."""

    area_code = models.CharField(max_length=12, db_collation="C")
    pack = models.CharField(max_length=80)
    from_date = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["area_code", "from_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "from_date"], name="one_pack_in_force_from_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.pack} {self.from_date}"
