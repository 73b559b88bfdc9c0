"""Households and persons of record as lists."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from fangpin.people.rights import FieldGroup
from fangpin.people.scope import Right, scope_of
from fangpin.web.access import actor_of, needs
from fangpin.web.lists import respond
from fangpin.web.lists.households import HOUSEHOLDS
from fangpin.web.lists.persons import PERSONS


@require_GET
@needs(Right.registry)
def households(request: HttpRequest) -> HttpResponse:
    """户名录."""
    writable = scope_of(actor_of(request)).writable_groups(None)
    may_enter = {FieldGroup.identity, FieldGroup.household} <= writable
    context = {"may_enter": may_enter}
    return respond(request, HOUSEHOLDS, page="web/registry/households.html", context=context)


@require_GET
@needs(Right.registry)
def persons(request: HttpRequest) -> HttpResponse:
    """人名录."""
    return respond(request, PERSONS, page="web/registry/persons.html")
