"""Addresses of clues."""

from django.urls import path, re_path

from fangpin.web.views import (
    clues,
    clues_held,
    clues_platform,
    clues_rates,
    clues_report,
    clues_returns,
    clues_sending,
)

_FORM = r"export\.(?P<form>csv|xlsx)$"

urlpatterns = [
    path("clues/", clues.clues, name="clues"),
    path("clues/send/", clues_sending.send, name="clues-send"),
    path("clues/new/", clues_report.report, name="clue-report"),
    path("clues/platform/", clues_platform.platform, name="clue-platform"),
    path("clues/platform/template.xlsx", clues_platform.template, name="clue-platform-template"),
    path("clues/rates/", clues_rates.rates, name="clue-rates"),
    path("clues/returns/", clues_returns.returns, name="clue-returns"),
    path("clues/returns/<int:pk>/", clues_returns.returned, name="clue-returned"),
    re_path(
        rf"^clues/returns/(?P<pk>[0-9]+)/{_FORM}",
        clues_returns.export,
        name="clue-returned-export",
    ),
    path("clues/runs/<int:pk>/", clues_held.held, name="clue-run"),
    path("clues/<int:pk>/", clues.clue, name="clue"),
    path("clues/<int:pk>/answer/", clues.answer, name="clue-answer"),
    path("clues/<int:pk>/take-back/", clues.take_back, name="clue-take-back"),
    path("clues/<int:pk>/close/", clues.close, name="clue-close"),
    path("clues/<int:pk>/household/", clues_report.identify, name="clue-identify"),
]
