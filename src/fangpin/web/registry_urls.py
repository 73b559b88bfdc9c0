"""Addresses of the registry: lists, the household page, forms and actions."""

from django.urls import path

from fangpin.web.views import prints, registry_household, registry_lists, search

urlpatterns = [
    path("prints/", prints.registers, name="prints"),
    path("households/<str:number>/print/", prints.card, name="household-print"),
    path("search/", search.search, name="search"),
    path("registry/unmask/", search.unmask, name="registry-unmask"),
    path("registry/households/", registry_lists.households, name="registry-households"),
    path("registry/persons/", registry_lists.persons, name="registry-persons"),
    path("households/<str:number>/", registry_household.household, name="household"),
]
