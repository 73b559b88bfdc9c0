"""Columns for closed values and their hashes. The bytes come from `foundation.cipher`; that these
are classes of their own lets key rotation, the dump test and the data dictionary find them."""

from django.db import models


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A closed value, NULL for unknown. Written with `seal(text, column=…, row=pk)`."""

    @property
    def cipher_column(self) -> str:
        """The column name for the cipher, `registry.person.name`. Copies of the field in a
        history table give the name of the table whose history it is."""
        model = getattr(self.model, "pgh_tracked_model", self.model)
        return f"{model._meta.label_lower}.{self.name}"


class BlindField(models.BinaryField):  # type: ignore[type-arg]
    """A hash (`cipher.blind`) that a value is found by, NULL for unknown."""
