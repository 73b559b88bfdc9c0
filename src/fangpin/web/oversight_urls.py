"""Addresses of what came of it, and of outlines of places."""

from django.urls import path

from fangpin.web.views import oversight

urlpatterns = [
    path("results/", oversight.oversight, name="oversight"),
    path("results/outlines/", oversight.outlines, name="outlines"),
    path("results/<slug:span>/", oversight.behind, name="oversight-behind"),
]
