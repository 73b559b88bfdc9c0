"""What stands beside the button of an export: `{% purpose_fields "list" %}` asks what for,
`{% rows_today "findings" %}` says how much of this kind left today and how much may."""

from django import template
from django.conf import settings
from django.template import Context

from fangpin.people.exporting import PURPOSES, rows_of_the_day
from fangpin.web.access import actor_of

register = template.Library()


@register.inclusion_tag("web/exports/purpose_fields.html")
def purpose_fields(suffix: str = "") -> dict[str, object]:
    """Choice of a purpose and a note; `suffix` keeps ids apart when a page has several."""
    return {"purposes": PURPOSES, "suffix": f"-{suffix}" if suffix else ""}


@register.inclusion_tag("web/exports/rows_today.html", takes_context=True)
def rows_today(context: Context, what: str) -> dict[str, object]:
    """The reader's rows of this kind of file today, and from where on somebody releases them."""
    rows = rows_of_the_day(actor_of(context["request"]), what)
    return {"rows": rows, "most": settings.EXPORT_APPROVAL_ROWS}
