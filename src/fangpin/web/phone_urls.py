"""Addresses of the app for work at the door."""

from django.urls import path

from fangpin.web.phone import views
from fangpin.web.views import fieldwork

urlpatterns = [
    path("phone/", views.app, name="phone"),
    path("phone/worker.js", views.worker, name="phone-worker"),
    path("phone/app.webmanifest", views.manifest, name="phone-manifest"),
    path("phone/hello", views.hello, name="phone-hello"),
    path("phone/key", views.key, name="phone-key"),
    path("phone/day", views.day, name="phone-day"),
    path("phone/send", views.send, name="phone-send"),
    path("phone/pictures/<uuid:pk>", views.piece, name="phone-picture"),
    path("phone/leave", views.leave, name="phone-leave"),
    path("phone/devices/", views.own, name="phone-devices"),
    path("phone/devices/<int:pk>/end/", views.end, name="phone-device-end"),
    path("fieldwork/", fieldwork.handed_in, name="fieldwork"),
    path("fieldwork/<int:pk>/", fieldwork.sent, name="fieldwork-sent"),
    path("fieldwork/pictures/<int:pk>/", fieldwork.picture, name="fieldwork-picture"),
]
