"""Addresses of messages."""

from django.urls import path

from fangpin.web.views import message_settings, messages, outward

urlpatterns = [
    path("messages/", messages.messages, name="messages"),
    path("messages/read/", messages.read_all, name="messages-read"),
    path("messages/unread/", messages.unread_count, name="messages-unread"),
    path("messages/<int:pk>/open/", messages.follow, name="message-open"),
    path("messages/settings/", message_settings.page, name="message-settings"),
    path("messages/settings/add/", message_settings.add, name="channel-add"),
    path("messages/settings/<int:pk>/", message_settings.change, name="channel-change"),
    path("outward/", outward.page, name="outward"),
    path("outward/gateways/<slug:kind>/", outward.gateway, name="outward-gateway"),
    path("outward/robots/", outward.robot_add, name="robot-add"),
    path("outward/robots/<int:pk>/", outward.robot_change, name="robot-change"),
]
