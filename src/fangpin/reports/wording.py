"""Labels of the forms, and how values become texts in one language."""

from datetime import date

from fangpin.kernel.errors import Language, Text
from fangpin.kernel.money import format_yuan
from fangpin.people.rights import GROUP_WORDS, FieldGroup
from fangpin.registry.catalogue.field import Field
from fangpin.registry.queries.shown import Shown
from fangpin.reports.document import UNKNOWN


class Words:
    """Texts in the language of a form; what is not known is a dash, never an empty cell."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def of(self, text: Text | None) -> str:
        """A text of the registry; a dash when it is unknown."""
        return text.in_language(self.language) if text is not None else UNKNOWN

    def shown(self, value: Shown | None) -> str:
        """A field as the reader may see it."""
        return self.of(value.text) if value is not None else UNKNOWN

    def label(self, field: Field) -> str:
        """The field's name; the first letter is a capital in English."""
        text = field.label.in_language(self.language)
        return text if self.language == "zh" else text[:1].upper() + text[1:]

    def group(self, group: FieldGroup) -> str:
        """The name of a field group."""
        return GROUP_WORDS[group].in_language(self.language)

    def day(self, day: date | None) -> str:
        """A date, a dash when it is unknown."""
        return day.isoformat() if day else UNKNOWN

    def money(self, fen: int | None) -> str:
        """An amount in yuan without the unit, which stands in the head; a dash when unknown."""
        return UNKNOWN if fen is None else format_yuan(fen, self.language).rsplit(" ", 1)[0]

    def yes(self, value: bool) -> str:
        """Yes or no."""
        return self("是", "yes") if value else self("否", "no")
