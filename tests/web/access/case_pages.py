"""Pages of cases and the desk, for the access matrix."""

from tests.web.access.page import Page

_READ, _BEGIN, _TAKE, _SETTLE = "read cases", "begin cases", "take steps", "settle objections"

CASE_PAGES: list[Page] = [
    Page("desk", "get", "/desk/", "have a desk"),
    Page("cases", "get", "/cases/", _READ),
    Page("cases-late", "get", "/cases/late/?by=step", _READ),
    Page("packs-in-force", "get", "/cases/packs/", "decide cases"),
    Page("packs-in-force", "post", "/cases/packs/", "decide cases"),
    Page("case-open", "get", "/cases/open/household/{number}/", _BEGIN, of="household"),
    Page("case-open", "post", "/cases/open/household/{number}/", _BEGIN, of="household"),
    Page("case-open-place", "post", "/cases/open/place/{village}/", _BEGIN, of="household"),
    Page("case-open-place", "get", "/cases/open/place/{village}/", _BEGIN, of="household"),
    Page("case", "get", "/cases/{case}/", _READ, of="case"),
    Page("case-step", "post", "/cases/{case}/steps/lead/", _TAKE, of="case", form={"version": "1"}),
    Page("case-withdraw", "post", "/cases/{case}/withdraw/", _BEGIN, of="case"),
    Page(
        "case-objection",
        *("post", "/cases/{case}/objections/", _BEGIN),
        of="case",
        form={"text": "收入不实"},
    ),
    Page(
        "objection-settle",
        *("post", "/cases/{case}/objections/{objection}/settle/", _SETTLE),
        of="case",
    ),
    Page("case-kept", "post", "/cases/{case}/kept/{kept}/", _TAKE, of="case"),
    Page("case-recuse", "post", "/cases/{case}/recuse/", _TAKE, of="case", form={"reason": "亲属"}),
    Page("case-attachment", "get", "/cases/{case}/files/{attachment}/", _TAKE, of="case"),
    Page("case-decision", "get", "/cases/{case}/decisions/{turn}/", _TAKE, of="case"),
]
