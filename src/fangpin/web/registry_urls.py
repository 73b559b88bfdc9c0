"""Addresses of the registry: lists, the household page, forms and actions."""

from django.urls import path

from fangpin.web.views import (
    prints,
    registry_actions,
    registry_edit,
    registry_enter,
    registry_household,
    registry_lists,
    registry_yearly,
    search,
)

urlpatterns = [
    path("prints/", prints.registers, name="prints"),
    path("prints/blank/", prints.blank, name="blank-form"),
    path("households/<str:number>/print/", prints.card, name="household-print"),
    path("search/", search.search, name="search"),
    path("registry/unmask/", search.unmask, name="registry-unmask"),
    path("registry/households/", registry_lists.households, name="registry-households"),
    path("registry/persons/", registry_lists.persons, name="registry-persons"),
    path("registry/households/new/", registry_enter.enter, name="registry-enter"),
    path("registry/check/", registry_edit.check, name="registry-check"),
    path("households/<str:number>/edit/", registry_edit.household, name="registry-edit"),
    path(
        "households/<str:number>/persons/<int:pk>/edit/",
        registry_edit.person,
        name="registry-edit-person",
    ),
    path(
        "households/<str:number>/yearly/<slug:kind>/",
        registry_yearly.yearly,
        name="registry-yearly",
    ),
    path(
        "households/<str:number>/do/<slug:slug>/", registry_actions.action, name="registry-action"
    ),
    path(
        "households/<str:number>/events/<int:pk>/undo/",
        registry_actions.undo,
        name="registry-reverse",
    ),
    path("households/<str:number>/", registry_household.household, name="household"),
]
