"""Template tags: both languages side by side, words for codes, icons, figures."""

from datetime import date
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.kernel.errors import Text
from fangpin.people.messages.outward.words import problem
from fangpin.people.models import Channel
from fangpin.web import wording
from fangpin.web.pack_words import unit_in_english

register = template.Library()


@register.simple_tag
def t(zh: Any, en: Any, **values: Any) -> str:
    """`{% t "共 {n} 户" "{n} households" n=count %}`: the sentence in the reader's language."""
    text = wording.pick(str(zh or ""), str(en or ""))
    return text.format(**values) if values else text


@register.filter
def say(value: Any) -> str:
    """A kernel Text, or a {zh, en} dictionary, in the reader's language. "" for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, Text):
        return value.in_language(wording.language())
    if isinstance(value, dict):
        return wording.pick(str(value.get("zh") or ""), str(value.get("en") or ""))
    return str(value)


@register.filter
def word(code: Any, vocabulary: str) -> str:
    """`{{ finding.severity|word:"severity" }}`"""
    return wording.word(vocabulary, str(code))


@register.filter
def unit(text: str) -> str:
    """The unit that stands beside an input, in the reader's language."""
    return unit_in_english(text) if wording.language() == "en" else text


@register.filter
def words(text: str) -> list[str]:
    """A fixed list written in a template, divided by spaces."""
    return text.split()


@register.filter
def told(detail: dict[str, object]) -> list[tuple[str, object]]:
    """What an audit entry's detail says, without what is empty."""
    return [(key, value) for key, value in detail.items() if value]


@register.filter
def in_audit(value: object) -> str:
    """A value of an audit entry's detail: lists as their items, one after the other."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@register.filter
def audited(action: str) -> str:
    """An action of the audit trail in words."""
    return wording.word("audit_action", action)


@register.filter
def why_not(channel: Channel) -> Text:
    """Why a channel's last sending did not arrive."""
    return problem(channel.problem)


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """An outline icon that decorates a text beside it; hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def figure(value: Any) -> str:
    """A count with thousands separators; an en dash for unknown, never 0."""
    if value is None or value == "":
        return "–"
    return f"{int(value):,}"


@register.filter
def signed(value: float) -> str:
    """A weight with one decimal and its sign; a true minus, no sign for zero."""
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "\N{MINUS SIGN}")


@register.filter
def month(value: date | None) -> str:
    """The month of a date as 2021-05."""
    return f"{value:%Y-%m}" if value else "–"


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """The value under a key of a dictionary; None when absent."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The current query string with some values replaced; an empty value drops the key."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    encoded = parameters.urlencode()
    return f"?{encoded}" if encoded else "?"
