"""Addresses of the data quality of the registry."""

from django.urls import path

from fangpin.web.views import quality

urlpatterns = [
    path("quality/", quality.board, name="quality"),
    path("quality/hits/", quality.hits, name="quality-hits"),
    path("quality/hits/<int:pk>/", quality.hit, name="quality-hit"),
    path("quality/run/", quality.run, name="quality-run"),
]
