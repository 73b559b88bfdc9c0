"""Addresses of the rights of persons: requests, notices, retention."""

from django.urls import path

from fangpin.web.views import person_requests, privacy_notices, retention

urlpatterns = [
    path("requests/", person_requests.requests, name="person-requests"),
    path("requests/new/<int:household>/", person_requests.new, name="person-request-new"),
    path("requests/<int:pk>/", person_requests.request_page, name="person-request"),
    path("requests/<int:pk>/decide/", person_requests.decide, name="person-request-decide"),
    path("requests/<int:pk>/withdraw/", person_requests.withdraw, name="person-request-withdraw"),
    path(
        "requests/<int:pk>/corrected/", person_requests.corrected, name="person-request-corrected"
    ),
    path("requests/<int:pk>/copy/", person_requests.copy, name="person-request-copy"),
    path("requests/<int:pk>/erase/", person_requests.erase, name="person-request-erase"),
    path("notice/", privacy_notices.notice_page, name="privacy-notice"),
    path("notice/<int:household>/", privacy_notices.told, name="household-notice"),
    path("retention/", retention.retention, name="retention"),
    path("retention/list/", retention.make_list, name="retention-list"),
    path("retention/<int:pk>/decide/", retention.decide, name="retention-decide"),
]
