"""Pages of the rights of persons: requests, notices, periods of keeping."""

from tests.web.access.page import Page

_ANYBODY = "*"
_RECEIVE, _DECIDE, _SEE = "receive requests", "decide requests", "see requests"
_OLD = {"version": "0", "reason": "理由", "event": "0"}  # answered with a sentence, nothing written

PRIVACY_PAGES: list[Page] = [
    Page("person-requests", "get", "/requests/", _SEE),
    Page("person-requests", "get", "/requests/?all=1", _SEE),
    Page("person-request-new", "get", "/requests/new/{household}/", _RECEIVE, of="household"),
    Page("person-request-new", "post", "/requests/new/{household}/", _RECEIVE, of="household"),
    Page("person-request", "get", "/requests/{request}/", _SEE, of="request"),
    Page(
        "person-request-decide",
        *("post", "/requests/{request}/decide/", _DECIDE),
        of="request",
        form=_OLD,
    ),
    Page(
        "person-request-withdraw",
        *("post", "/requests/{request}/withdraw/", _RECEIVE),
        of="request",
        form=_OLD,
    ),
    Page(
        "person-request-corrected",
        *("post", "/requests/{request}/corrected/", _RECEIVE),
        of="correction",
        form=_OLD,
    ),
    Page(
        "person-request-erase",
        *("post", "/requests/{request}/erase/", _DECIDE),
        of="erasure",
        form=_OLD,
    ),
    # Without a purpose the page asks for it: no copy is made.
    Page("person-request-copy", "post", "/requests/{request}/copy/", _RECEIVE, of="copy"),
    Page("privacy-notice", "get", "/notice/", _ANYBODY),
    Page("household-notice", "get", "/notice/{household}/", _RECEIVE, of="household"),
    Page("household-notice", "post", "/notice/{household}/", _RECEIVE, of="household"),
    Page("retention", "get", "/retention/", "see retention"),
    Page("retention-list", "post", "/retention/list/", "list what is due"),
    Page(
        "retention-decide",
        *("post", "/retention/{plan}/decide/", "release what is due"),
        of="retention plan",
    ),
]
