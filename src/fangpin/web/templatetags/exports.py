"""`{% load exports %}{% purpose_fields "list" %}`: what for, beside the button of an export."""

from django import template

from fangpin.people.exporting.purpose import PURPOSES

register = template.Library()


@register.inclusion_tag("web/exports/purpose_fields.html")
def purpose_fields(suffix: str = "") -> dict[str, object]:
    """Choice of a purpose and a note; `suffix` keeps ids apart when a page has several."""
    return {"purposes": PURPOSES, "suffix": f"-{suffix}" if suffix else ""}
