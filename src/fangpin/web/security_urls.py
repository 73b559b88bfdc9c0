"""Addresses for the security administrator."""

from django.urls import path

from fangpin.web.views import alarms

urlpatterns = [
    path("alarms/", alarms.alarms_page, name="alarms"),
    path("alarms/<int:pk>/end/", alarms.end, name="alarm-end"),
    path("alarms/trace/", alarms.trace, name="trace"),
]
