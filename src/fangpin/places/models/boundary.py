"""The outline of a place, from a file that the county loaded itself."""

from django.conf import settings
from django.db import models


class Boundary(models.Model):
    """The outline of the place with this code: polygons, each a list of rings, each a list of
    [longitude, latitude] in hundred-thousandths of a degree; the first ring is the outer one."""

    code = models.CharField(max_length=12, unique=True, db_collation="C")
    polygons = models.JSONField()
    source = models.CharField(max_length=200, help_text="where the outline comes from")
    loaded_at = models.DateTimeField(auto_now=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "boundaries"

    def __str__(self) -> str:
        return f"outline of {self.code}"
