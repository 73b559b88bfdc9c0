"""Addresses of cases, the desk, and what is late."""

from django.urls import path

from fangpin.web.views import case_open, cases, desk, pack_in_force

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("cases/", cases.cases, name="cases"),
    path("cases/late/", desk.late, name="cases-late"),
    path("cases/packs/", pack_in_force.packs_in_force, name="packs-in-force"),
    path("cases/open/household/<str:number>/", case_open.household, name="case-open"),
    path("cases/open/place/<str:code>/", case_open.place, name="case-open-place"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/steps/<slug:name>/", cases.step, name="case-step"),
    path("cases/<int:pk>/withdraw/", cases.withdraw, name="case-withdraw"),
    path("cases/<int:pk>/objections/", cases.objection, name="case-objection"),
    path(
        "cases/<int:pk>/objections/<int:objection>/settle/",
        cases.settle,
        name="objection-settle",
    ),
    path("cases/<int:pk>/kept/<int:entry>/", cases.kept, name="case-kept"),
    path("cases/<int:pk>/recuse/", cases.recuse, name="case-recuse"),
    path("cases/<int:pk>/files/<int:attachment>/", cases.attachment, name="case-attachment"),
    path("cases/<int:pk>/decisions/<int:turn>/", cases.decision, name="case-decision"),
]
