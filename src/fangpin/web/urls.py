"""Addresses of all pages. tests/web/test_access.py asks every one of them as everybody."""

from django.urls import path, re_path

from fangpin.web import registry_urls
from fangpin.web.views import (
    audit,
    backtest,
    deliveries,
    errors,
    findings,
    households,
    overview,
    packs,
    reviews,
    saved_views,
    scenarios,
    session,
    upload,
    what_if,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-in/demo/", session.demo_sign_in, name="demo-sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("language/", session.choose_language, name="language"),
    path("health/", session.health, name="health"),
    path("findings/", findings.findings, name="findings"),
    re_path(r"^findings/export\.(?P<form>csv|xlsx)$", findings.export, name="findings-export"),
    *registry_urls.urlpatterns,
    path("lists/<slug:name>/views/", saved_views.save, name="view-save"),
    path("lists/views/<int:pk>/delete/", saved_views.delete, name="view-delete"),
    path("villages/<str:code>/", households.village, name="village"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:pk>/rows/", deliveries.delivery_rows, name="delivery-rows"),
    path("deliveries/<int:pk>/return/", deliveries.return_workbook, name="delivery-return"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/apply/", reviews.apply, name="review-apply"),
    path("reviews/pairs/<int:pk>/", reviews.decide, name="review-decide"),
    path("reviews/decisions/", reviews.decisions, name="review-decisions"),
    path("reviews/decisions/<int:pk>/withdraw/", reviews.withdraw, name="review-withdraw"),
    path("packs/", packs.packs, name="packs"),
    path("packs/<slug:name>/", packs.pack, name="pack"),
    path("packs/<slug:name>/clauses/<str:clause_id>/", packs.clause, name="clause"),
    path("what-if/", what_if.what_if, name="what-if"),
    re_path(r"^what-if/export\.(?P<form>csv|xlsx)$", what_if.export, name="what-if-export"),
    path("what-if/scenarios/", scenarios.scenarios, name="scenarios"),
    path("what-if/scenarios/<int:pk>/delete/", scenarios.delete, name="scenario-delete"),
    path("what-if/compare/", scenarios.compare_two, name="scenario-compare"),
    path("backtest/", backtest.backtest, name="backtest"),
    path("backtest/export.xlsx", backtest.export, name="backtest-export"),
    path("backtest/answers/", backtest.answers, name="answers"),
    path("backtest/answers/<int:pk>/remove/", backtest.remove, name="answers-remove"),
    path("upload/", upload.upload, name="upload"),
    path("jobs/", upload.jobs, name="jobs"),
    path("jobs/<uuid:pk>/", upload.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", upload.cancel_job, name="job-cancel"),
    path("audit/", audit.audit, name="audit"),
]
handler404 = errors.not_found
handler500 = errors.failed
