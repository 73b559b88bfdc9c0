"""Pages of notices and of what citizens hand in, for the access matrix."""

from tests.web.access.page import Page

_SEE, _POST, _READ, _SECRET = "see notices", "post notices", "read submissions", "read complaints"
_CHANGE_PLACES = "change places"
_PHONE = {"place": "{place}", "label": "镇政府", "number": "0943-8220000"}
_OLD = {"version": "0", "answer": "已经核实处理"}

NOTICE_PAGES: list[Page] = [
    Page("notices", "get", "/notices/?state=posted", _SEE),
    Page("notice", "get", "/notices/{notice}/", _SEE, of="notice"),
    Page("notice-file", "get", "/notices/{notice}/notice.pdf", _SEE, of="notice"),
    Page("notice-file", "get", "/notices/{notice}/notice.docx", _SEE, of="notice"),
    Page("notice-photo", "get", "/notices/photos/{photo}/", _SEE, of="notice"),
    Page("notice-post", "post", "/notices/{notice}/post/", _POST, of="notice"),
    Page("notice-down", "post", "/notices/{notice}/down/", _POST, of="notice"),
    Page("notice-photo-add", "post", "/notices/{notice}/photos/", _POST, of="notice"),
    Page("notice-telephones", "get", "/notices/telephones/", _CHANGE_PLACES),
    Page("notice-telephones", "post", "/notices/telephones/", _CHANGE_PLACES, "place", _PHONE),
    Page(
        "notice-telephone-drop",
        *("post", "/notices/telephones/{phone}/drop/", _CHANGE_PLACES),
        of="office telephone",
    ),
    Page("submissions", "get", "/submissions/", _READ),
    Page("submission", "get", "/submissions/{submission}/", _READ, of="submission"),
    Page("submission", "post", "/submissions/{submission}/", _READ, "submission", _OLD),
    Page("submission", "get", "/submissions/{submission}/", _SECRET, of="complaint"),
    Page("submission", "post", "/submissions/{submission}/", _SECRET, "complaint", _OLD),
    Page(
        "submission-file",
        *("get", "/submissions/{submission}/files/{file}/", _READ),
        of="submission",
    ),
    Page(
        "submission-file",
        *("get", "/submissions/{submission}/files/{file}/", _SECRET),
        of="complaint",
    ),
]
# Files and forms for everybody; tests/disclosure and tests/browser/test_public.py ask about them.
PUBLIC = {"public-page", "public-apply", "public-write", "public-object", "public-status"}
