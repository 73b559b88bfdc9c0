"""Template tags of the registry: values of fields, amounts of money, spans of time."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.kernel.errors import Text
from fangpin.kernel.money import format_yuan
from fangpin.registry.queries.shown import OWN_WORDS, Shown
from fangpin.web.wording import language, pick

register = template.Library()


@register.filter
def yuan(fen: int | None) -> str:
    """An amount in yuan; an en dash for unknown, never 0."""
    return "–" if fen is None else format_yuan(fen, language())


@register.filter
def value(shown: Shown | None) -> SafeString | str:
    """What a field holds, in the reader's language; an en dash for unknown."""
    if shown is None or shown.text is None:
        return format_html('<span class="none">{}</span>', "–")
    return shown.text.in_language(language())


@register.filter
def from_on(day: date | None) -> str:
    """When something began; unknown is said."""
    return day.isoformat() if day else pick("时间不详", "time unknown")


@register.filter
def spell_kind(kind: str) -> Text:
    """What a classification is called."""
    return OWN_WORDS.get(kind) or Text(kind, kind)


@register.simple_tag
def span(began: date | None, ended: date | None) -> str:
    """From when to when something held; without an end it still does."""
    if began is None:
        unknown = pick("起始日期未登记", "beginning not recorded")
        return unknown if ended is None else pick(f"至 {ended:%Y-%m-%d}", f"until {ended:%Y-%m-%d}")
    begin = f"{began:%Y-%m-%d}"
    return f"{begin} – {ended:%Y-%m-%d}" if ended else pick(f"{begin} 起", f"since {begin}")
