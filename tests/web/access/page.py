"""One way of asking a page, as the access matrix does it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files.base import ContentFile


@dataclass(frozen=True)
class Page:
    """One way of asking a view: its URL name, method, path, activities, kind of thing, form."""

    view: str
    method: str
    path: str
    what: str | tuple[str, ...]
    of: str | None = None
    form: Mapping[str, object] | None = None

    def sent(self, words: Mapping[str, object]) -> dict[str, object]:
        """The form's fields with the words of the thing; a file is made afresh for each request."""
        return {
            key: ContentFile(value, key + ".csv")
            if isinstance(value, bytes)
            else str(value).format(**words)
            for key, value in (self.form or {}).items()
        }
