"""Addresses of the files that were taken away."""

from django.urls import path

from fangpin.web.views import exports

urlpatterns = [
    path("exports/", exports.exports, name="exports"),
    path("exports/<int:pk>/file/", exports.fetch, name="export-fetch"),
    path("exports/<int:pk>/decision/", exports.decide, name="export-decide"),
]
