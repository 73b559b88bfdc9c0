"""How somebody likes a list: restrictions and columns, kept under a name."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class SavedView(models.Model):
    """A view of a list for its owner alone. `query` is the list's own query string: codes and
    figures, never names. The view without a name holds the columns that always come first."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    list_name = models.CharField(max_length=40)
    name = models.CharField(max_length=40, blank=True)
    query = models.CharField(max_length=1000, blank=True)
    columns = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["list_name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list_name", "name"], name="a_view_is_called_once_per_list"
            )
        ]

    def __str__(self) -> str:
        return f"{self.list_name} {self.name}"
