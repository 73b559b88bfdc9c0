"""What names are looked for in: the names of a village, closed together as one value.

Names that were hashed one by one would show how often each occurs; a book shows how many people a
village has and nothing else (docs/decisions/0010-finding-encrypted-names.md).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fangpin.foundation.fields import SealedField


class NameBook(models.Model):
    """Everybody who belongs or belonged to a household of a village, made by `name_books`.

    `names`: a line for each person, folded; `sounds`: a line with initials and pinyin; `listed`:
    ids of the persons, in the order of the lines. A book may be behind: `NameChange` says where.
    """

    village_code = models.CharField(max_length=12, db_collation="C", unique=True)
    names = SealedField(editable=False)
    sounds = SealedField(editable=False)
    listed = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"names of {self.village_code}"


class NameChange(models.Model):
    """A household whose names changed since its village's book was made, or a village that a
    household left. Written by triggers, however a change is made. Ids and codes of places only."""

    household_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    left_village = models.CharField(max_length=12, db_collation="C", blank=True, db_default="")

    def __str__(self) -> str:
        return f"household {self.household_id}, village {self.left_village}"
