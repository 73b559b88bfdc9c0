"""Households and persons of record as lists."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from fangpin.people.scope import Right
from fangpin.web.access import needs
from fangpin.web.lists import respond
from fangpin.web.lists.households import HOUSEHOLDS
from fangpin.web.lists.persons import PERSONS


@require_GET
@needs(Right.registry)
def households(request: HttpRequest) -> HttpResponse:
    """户名录."""
    return respond(request, HOUSEHOLDS, page="web/registry/households.html")


@require_GET
@needs(Right.registry)
def persons(request: HttpRequest) -> HttpResponse:
    """人名录."""
    return respond(request, PERSONS, page="web/registry/persons.html")
