"""Addresses of the registry: lists, the household page, forms and actions."""

from django.urls import path

from fangpin.web.views import households, registry_lists

urlpatterns = [
    path("registry/households/", registry_lists.households, name="registry-households"),
    path("registry/persons/", registry_lists.persons, name="registry-persons"),
    path("households/<str:number>/", households.household, name="household"),
]
