"""What happened to places: spells of one name and code, successions, and the change behind both."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fangpin.places.models.place import Place


class PlaceChange(models.Model):
    """One act: a renaming, a merger … It ties together what it opened and closed, for undoing."""

    class Kind(models.TextChoices):
        ENTER = "enter"
        RENAME = "rename"
        RECODE = "recode"
        MOVE = "move"
        MERGE = "merge"
        SPLIT = "split"
        CLOSE = "close"
        REOPEN = "reopen"

    kind = models.CharField(max_length=10, choices=Kind)
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="changes")
    on = models.DateField(help_text="first day on which it holds")
    document = models.CharField(max_length=120, blank=True, help_text="the deed that ordered it")
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class PlaceSpell(models.Model):
    """A place under one name, one code and one parent, from one day to another (inclusive)."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="spells")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="last day; empty = still so")
    opened_by = models.ForeignKey(
        PlaceChange, null=True, on_delete=models.PROTECT, related_name="opened"
    )
    closed_by = models.ForeignKey(
        PlaceChange, null=True, on_delete=models.PROTECT, related_name="closed"
    )

    class Meta:
        ordering = ["began_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{12}$"), name="spell_code_has_12_digits"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                name="place_spell_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["place"], condition=Q(ended_on=None), name="place_has_one_open_spell"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(ended_on=None), name="code_names_one_place_now"
            ),
        ]
        indexes = [models.Index(fields=["code", "began_on"], name="spell_by_code")]

    def __str__(self) -> str:
        return f"{self.name} {self.code} {self.began_on}–{self.ended_on or ''}"


class Succession(models.Model):
    """Where a place went that was merged or split: from `on`, `after` stands for `before`."""

    before = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="successors")
    after = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="predecessors")
    on = models.DateField()
    change = models.ForeignKey(PlaceChange, on_delete=models.PROTECT, related_name="successions")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="no_place_succeeds_itself")
        ]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id} {self.on}"


class FollowedRows(models.Model):
    """Which rows of another table followed a change to another place: needed to take them back."""

    change = models.ForeignKey(PlaceChange, on_delete=models.PROTECT, related_name="followed")
    column = models.CharField(max_length=80, help_text="app.Model.field")
    old = models.CharField(max_length=160)
    new = models.CharField(max_length=160)
    ids = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{self.column} {self.old} → {self.new} × {len(self.ids)}"
