"""Addresses of the public page. English stands below /public/en/."""

from django.urls import re_path

from fangpin.web.public import forms, pages

_AT = r"^public/(?P<at>en/)?"
urlpatterns = [
    re_path(_AT + r"apply/$", forms.apply, name="public-apply"),
    re_path(_AT + r"write/$", forms.write, name="public-write"),
    re_path(_AT + r"object/(?P<pk>[0-9]{1,15})/$", forms.object_to_notice, name="public-object"),
    re_path(_AT + r"status/$", forms.status, name="public-status"),
    re_path(
        r"^public/(?P<path>(?:en/)?(?:how-to-apply/|programmes/|figures/|places/[0-9]{12}/"
        r"|notices/[0-9]{1,15}/(?:notice\.pdf|notice\.docx)?)?)$",
        pages.page,
        name="public-page",
    ),
]
