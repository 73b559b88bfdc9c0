"""Addresses of notices and of what citizens hand in, for officers."""

from django.urls import path, re_path

from fangpin.web.views import notices, submissions

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/telephones/", notices.telephones, name="notice-telephones"),
    path("notices/telephones/<int:pk>/drop/", notices.drop, name="notice-telephone-drop"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/post/", notices.post, name="notice-post"),
    path("notices/<int:pk>/down/", notices.down, name="notice-down"),
    path("notices/<int:pk>/photos/", notices.photo_add, name="notice-photo-add"),
    path("notices/photos/<int:photo>/", notices.photo, name="notice-photo"),
    re_path(
        r"^notices/(?P<pk>[0-9]{1,15})/(?P<name>notice\.(?:pdf|docx))$",
        notices.file,
        name="notice-file",
    ),
    path("submissions/", submissions.submissions, name="submissions"),
    path("submissions/<int:pk>/", submissions.submission, name="submission"),
    path("submissions/<int:pk>/files/<int:file>/", submissions.file, name="submission-file"),
]
