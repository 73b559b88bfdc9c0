"""Every page: how it is asked, and which activity of the oracle it is.

A new page is one entry. `path` has the words of the thing in braces; `of` names the kind of thing
in `world.py` (None: the page is about nothing in particular). `what` may name several activities:
one of them is enough. A page that needs two rights at once has an activity of its own.
"""

from tests.web.access.case_pages import CASE_PAGES
from tests.web.access.message_pages import MESSAGE_PAGES
from tests.web.access.notice_pages import NOTICE_PAGES, PUBLIC
from tests.web.access.page import Page
from tests.web.access.privacy_pages import PRIVACY_PAGES

ANYBODY = "*"  # whoever is signed in


_ANSWERS = "户编号,答复日期,结果\n620402000001,2021-06-10,属实\n".encode()
_PURPOSE = {"purpose": "visit"}
_SCENARIO = {"name": "八千", "param.monitoring_line": "8000"}
_FINDINGS = "read findings"
_REGISTRY = "read the registry"
_CHANGE = "change the registry"
_ACT = "act on households"
_SEEN = {"version": "0"}  # an old one: answered by both sides, nothing is written
_TRY = "try figures"
_REVIEW = "review pairs"
_VISIT = "visit households"

_ON = "2022-01-01"
_CHANGE_PLACES, _TREE, _FIGURES = "change places", "change the tree", "keep village figures"
_USERS = "manage users"
_UNIT = {"name": "某局", "kind": "other", "place": "{place}", "since": _ON}
_DELEGATED = ("delegate own posts", _USERS)

PLACES_AND_UNITS: list[Page] = [
    Page("places", "get", "/places/", "read places"),
    Page("place-list", "get", "/places/list/", _TREE),
    Page("place-list", "post", "/places/list/", _TREE),
    Page("figure-file", "get", "/places/figures/", _FIGURES),
    Page("figure-file", "post", "/places/figures/", _FIGURES),
    Page("place", "get", "/places/{place}/", "read places", of="place"),
    Page(
        "place-change",
        *("post", "/places/{place}/change/", _TREE),
        of="place",
        form={"kind": "rename", "name": "改名", "on": _ON},
    ),
    Page("place-undo", "post", "/places/changes/{change}/undo/", _TREE, of="change of a place"),
    Page("village-figures", "get", "/places/{place}/figures/2023/", "read places", of="village"),
    Page(
        "village-figures",
        *("post", "/places/{place}/figures/2023/", _FIGURES),
        of="village",
        form={"version": "0", "households": "10"},
    ),
    Page("hamlet", "post", "/places/{place}/hamlets/", _FIGURES, of="village", form={"name": "组"}),
    Page("hamlet-close", "post", "/places/hamlets/{hamlet}/close/", _FIGURES, of="hamlet"),
    Page("site", "post", "/places/{place}/sites/", _FIGURES, of="place", form={"name": "点"}),
    Page("site-close", "post", "/places/sites/{site}/close/", _FIGURES, of="site"),
    Page("units", "get", "/units/", ("read units", _USERS)),
    Page("unit-add", "post", "/units/add/", _CHANGE_PLACES, of="place", form=_UNIT),
    Page("units-local", "post", "/units/local/", _TREE),
    Page("responsibilities", "get", "/units/duties/", "read units"),
    Page("unit", "get", "/units/{unit}/", ("read units", _USERS), of="unit"),
    Page("unit-change", "post", "/units/{unit}/change/", _CHANGE_PLACES, of="unit", form=_UNIT),
    Page(
        "unit-close",
        *("post", "/units/{unit}/close/", _CHANGE_PLACES),
        of="unit",
        form={"last_day": _ON},
    ),
    Page(
        "duty-add", "post", "/units/{unit}/duties/", _CHANGE_PLACES, of="unit", form={"text": "x"}
    ),
    Page("duty-end", "post", "/units/duties/{duty}/end/", _CHANGE_PLACES, of="unit"),
    Page("charge-add", "post", "/units/{unit}/charges/", _CHANGE_PLACES, of="unit", form=_UNIT),
    Page("charge-end", "post", "/units/charges/{charge}/end/", _CHANGE_PLACES, of="unit"),
]
USERS_AND_POSTS: list[Page] = [
    Page("users", "get", "/users/", _USERS),
    Page("users", "get", "/users/?role=leader&state=active", _USERS),
    Page("user-add", "get", "/users/add/", _USERS),
    Page(
        "user-add",
        *("post", "/users/add/", _USERS),
        form={"username": "new.one", "full_name": "新测"},
    ),
    Page("user", "get", "/users/{user}/", _USERS, of="user"),
    Page("user-code", "post", "/users/{user}/code/", _USERS, of="user"),
    Page("user-deactivate", "post", "/users/{user}/deactivate/", _USERS, of="user"),
    Page("user-reactivate", "post", "/users/{user}/reactivate/", _USERS, of="user"),
    Page("user-factors", "post", "/users/{user}/factors/", _USERS, of="user"),
    Page("user-own-person", "post", "/users/{user}/own-person/", _USERS, of="user"),
    Page("user-recusal-end", "post", "/users/{user}/recusals/{recusal}/end/", _USERS, of="user"),
    Page("post-give", "post", "/users/{user}/posts/", _USERS, of="user"),
    Page("post-end", "post", "/posts/{post}/end/", _USERS, of="post", form={"now": "1"}),
    Page("post-move", "post", "/posts/{post}/move/", _USERS, of="post"),
    Page("posts", "get", "/posts/", ANYBODY),
    Page("post-delegate", "post", "/posts/{post}/delegate/", _DELEGATED, of="post"),
    Page("delegation-end", "post", "/delegations/{delegation}/end/", _DELEGATED, of="post"),
]

_IMPORT, _OWN_IMPORT, _SNAPSHOT = "import the registry", "see own imports", "take snapshots"
_AT_IMPORT = "/registry/imports/{import}/"
EXCHANGE: list[Page] = [
    Page("registry-imports", "get", "/registry/imports/", _IMPORT),
    Page("registry-imports", "post", "/registry/imports/", _IMPORT, form={"on": _ON}),
    Page("registry-import", "get", _AT_IMPORT, _OWN_IMPORT, of="import"),
    Page("registry-import-apply", "post", _AT_IMPORT + "apply/", _OWN_IMPORT, of="import"),
    Page("registry-import-again", "post", _AT_IMPORT + "again/", _OWN_IMPORT, of="import"),
    Page("registry-import-undo", "post", _AT_IMPORT + "undo/", _OWN_IMPORT, of="import"),
    Page("registry-import-discard", "post", _AT_IMPORT + "discard/", _OWN_IMPORT, of="import"),
    Page(
        "registry-import-report",
        *("post", _AT_IMPORT + "report/", _OWN_IMPORT),
        of="import",
        form=_PURPOSE,
    ),
    Page("registry-template", "get", "/registry/template/", _IMPORT),
    Page("registry-export", "get", "/registry/export/", "take the registry away"),
    Page("registry-export", "post", "/registry/export/", "take the registry away", form=_PURPOSE),
    Page("registry-snapshots", "get", "/registry/snapshots/", _SNAPSHOT),
    Page("registry-snapshots", "post", "/registry/snapshots/", _SNAPSHOT, form={"as_of": _ON}),
    Page(
        "registry-snapshot-remove",
        *("post", "/registry/snapshots/{snapshot}/remove/", _SNAPSHOT),
        of="snapshot",
    ),
]

_READ_CLUES, _ANSWER, _SEND = "read clues", "answer clues", "send clues"
_RELEASE, _RETURNED = "release clues", "see returned answers"
_ANSWERED = {"version": "0", "choice": "true:as_found", "client_id": "no uuid"}
CLUES: list[Page] = [
    Page("clues", "get", "/clues/", _READ_CLUES),
    Page("clues", "get", "/clues/?township=620402102000", _READ_CLUES),
    Page("clues-send", "get", "/clues/send/", _SEND),
    Page("clues-send", "post", "/clues/send/", _SEND, form={"count": "999", "days": "3"}),
    Page("clue-report", "get", "/clues/new/", _ANSWER),
    Page("clue-report", "post", "/clues/new/", _ANSWER, form={"text": "x"}),
    Page("clue-platform", "get", "/clues/platform/", _SEND),
    Page("clue-platform", "post", "/clues/platform/", _SEND),
    Page("clue-platform-template", "get", "/clues/platform/template.xlsx", _SEND),
    Page("clue-rates", "get", "/clues/rates/", _READ_CLUES),
    Page("clue", "get", "/clues/{clue}/", _READ_CLUES, of="clue"),
    Page("clue-answer", "post", "/clues/{clue}/answer/", _ANSWER, of="clue", form=_ANSWERED),
    Page("clue-take-back", "post", "/clues/{clue}/take-back/", _ANSWER, of="clue", form=_SEEN),
    Page("clue-close", "post", "/clues/{clue}/close/", _SEND, of="clue", form=_SEEN),
    Page("clue-identify", "post", "/clues/{clue}/household/", _ANSWER, of="clue", form=_SEEN),
    Page("clue-run", "get", "/clues/runs/{held}/", _RELEASE, of="held run"),
    Page("clue-run", "post", "/clues/runs/{held}/", _RELEASE, of="held run", form={"do": "x"}),
    Page("clue-returns", "get", "/clues/returns/", (_RETURNED, _RELEASE)),
    Page("clue-returns", "post", "/clues/returns/", "return answers"),
    Page("clue-returned", "get", "/clues/returns/{returned}/", _RETURNED, of="returned answers"),
    Page(
        "clue-returned-export",
        *("post", "/clues/returns/{returned}/export.csv", "take returned answers"),
        of="returned answers",
        form=_PURPOSE,
    ),
]

# Every list as a file: the list's name, and what whoever takes it away does.
_LIST_FILES = [
    Page("list-export", "post", f"/lists/{name}/export.csv", what, form=_PURPOSE)
    for name, what in (
        ("findings", "take findings away"),
        ("clues", "take clues away"),
        ("cases", "take cases away"),
        ("quality", "take data quality away"),
        ("fieldwork", "take visits away"),
        ("households", "take the registry away"),
        ("persons", "take the registry away"),
        ("users", "take users away"),
    )
]

PAGES: list[Page] = [
    Page("start", "get", "/", ANYBODY),
    Page("overview", "get", "/overview/", "see deliveries"),
    Page("findings", "get", "/findings/", _FINDINGS),
    Page("findings", "get", "/findings/?township=620402102", _FINDINGS),
    Page("search", "get", "/search/", _REGISTRY),
    Page("search", "post", "/search/", _REGISTRY, form={"q": "620402000001"}),
    Page(
        "registry-unmask",
        *("post", "/registry/unmask/", "unmask"),
        of="household",
        form={"subject": "household", "row": "{household}", "field": "phone", "reason": "visit"},
    ),
    Page("registry-households", "get", "/registry/households/", _REGISTRY),
    Page("registry-households", "get", "/registry/households/?monitoring=any", _REGISTRY),
    Page("registry-persons", "get", "/registry/persons/", _REGISTRY),
    *_LIST_FILES,
    Page("view-save", "post", "/lists/findings/views/", _FINDINGS),
    Page("view-save", "post", "/lists/none/views/", ANYBODY, of="nothing"),
    Page("view-delete", "post", "/lists/views/{view}/delete/", "delete own views", of="saved view"),
    Page("household", "get", "/households/{number}/", _REGISTRY, of="household"),
    Page("registry-enter", "get", "/registry/households/new/", "enter households"),
    Page("registry-enter", "post", "/registry/households/new/", "enter households"),
    Page("registry-check", "post", "/registry/check/", _CHANGE, form={"field": "person.sex"}),
    Page("registry-edit", "get", "/households/{number}/edit/", _CHANGE, of="household"),
    Page(
        "registry-edit", "post", "/households/{number}/edit/", _CHANGE, of="household", form=_SEEN
    ),
    Page("registry-edit-person", "get", "/households/F0/persons/0/edit/", _CHANGE, of="nothing"),
    Page("registry-edit-person", "post", "/households/F0/persons/0/edit/", _CHANGE, of="nothing"),
    Page("registry-yearly", "get", "/households/{number}/yearly/helper/", _ACT, of="household"),
    Page(
        "registry-yearly",
        "post",
        "/households/{number}/yearly/helper/",
        _ACT,
        of="household",
        form=_SEEN,
    ),
    Page("registry-action", "get", "/households/{number}/do/classify/", _ACT, of="household"),
    Page(
        "registry-action",
        "post",
        "/households/{number}/do/classify/",
        _ACT,
        of="household",
        form=_SEEN,
    ),
    Page("registry-reverse", "get", "/households/F0/events/0/undo/", _ACT, of="nothing"),
    Page("registry-reverse", "post", "/households/F0/events/0/undo/", _ACT, of="nothing"),
    Page("village", "get", "/villages/{village}/", _FINDINGS, of="village with findings"),
    Page("deliveries", "get", "/deliveries/", "see deliveries"),
    Page("delivery", "get", "/deliveries/{delivery}/", "see deliveries", of="delivery"),
    Page("delivery-rows", "get", "/deliveries/{delivery}/rows/", "see rows", of="delivery"),
    Page(
        "delivery-return",
        *("post", "/deliveries/{delivery}/return/"),
        "see rows",
        of="delivery with a workbook",
        form=_PURPOSE,
    ),
    Page("reviews", "get", "/reviews/", _REVIEW),
    Page("reviews", "get", "/reviews/?township=620402102000", _REVIEW),
    Page("reviews", "get", "/reviews/?question={question}", _REVIEW, of="pair"),
    Page("review-apply", "post", "/reviews/apply/", "apply reviews"),
    Page(
        "review-decide",
        *("post", "/reviews/pairs/{pair}/", _REVIEW),
        of="pair",
        form={"decision": "accept"},
    ),
    Page(
        "review-decide",
        *("post", "/reviews/pairs/{pair}/", _REVIEW),
        of="pair",
        form={"decision": "refuse"},
    ),
    Page("review-decisions", "get", "/reviews/decisions/", _REVIEW),
    Page(
        "review-withdraw",
        *("post", "/reviews/decisions/{decision}/withdraw/", _REVIEW),
        of="decision",
    ),
    Page("packs", "get", "/packs/", "read packs"),
    Page("pack", "get", "/packs/{pack}/", "read packs", of="pack"),
    Page("clause", "get", "/packs/{pack}/clauses/2.2/", "read packs", of="pack"),
    Page("what-if", "get", "/what-if/", _TRY),
    Page("what-if", "post", "/what-if/", _TRY),
    Page("what-if", "get", "/what-if/?scenario={scenario}", _TRY, of="scenario"),
    Page("what-if-export", "post", "/what-if/export.csv", "take tried figures away", form=_PURPOSE),
    Page(
        "what-if-export", "post", "/what-if/export.xlsx", "take tried figures away", form=_PURPOSE
    ),
    Page("scenarios", "get", "/what-if/scenarios/", _TRY),
    Page("scenarios", "post", "/what-if/scenarios/", "save scenarios", form=_SCENARIO),
    Page(
        "scenario-delete",
        *("post", "/what-if/scenarios/{scenario}/delete/", "delete own scenarios"),
        of="scenario",
    ),
    Page(
        "scenario-compare",
        *("get", "/what-if/compare/?s={scenario}", _TRY),
        of="scenario",
    ),
    Page("backtest", "get", "/backtest/", "see backtests"),
    Page("backtest-export", "post", "/backtest/export.xlsx", "take backtests away"),
    Page("answers", "post", "/backtest/answers/", "hand in answers", form={"file": _ANSWERS}),
    Page(
        "answers-remove",
        *("post", "/backtest/answers/{answers}/remove/", "hand in answers"),
        of="answers",
    ),
    Page("upload", "get", "/upload/", "hand in files"),
    Page("upload", "post", "/upload/", "hand in files"),
    Page("prints", "get", "/prints/", "print the registry"),
    Page("blank-form", "get", "/prints/blank/?form=xlsx", "print the registry"),
    Page(
        "prints",
        *("post", "/prints/", "print the registry"),
        of="household",
        form={"place": "{village}", "purpose": "archive", "form": "xlsx"},
    ),
    Page(
        "household-print",
        "get",
        "/households/{number}/print/",
        "print the registry",
        of="household",
    ),
    Page(
        "household-print",
        *("post", "/households/{number}/print/", "print the registry"),
        of="household",
        form={"purpose": "archive", "form": "xlsx"},
    ),
    Page("fieldwork", "get", "/fieldwork/", _VISIT),
    Page("fieldwork-sent", "get", "/fieldwork/{sent}/", _VISIT, of="sent from a phone"),
    Page("fieldwork-sent", "post", "/fieldwork/{sent}/", _VISIT, of="sent from a phone"),
    Page(
        "fieldwork-picture", "get", "/fieldwork/pictures/{picture}/", _VISIT, of="sent from a phone"
    ),
    Page("quality", "get", "/quality/", "see data quality"),
    Page("quality-hits", "get", "/quality/hits/", "see data quality"),
    Page("quality-hit", "get", "/quality/hits/{hit}/", "see data quality", of="quality hit"),
    Page(
        "quality-hit",
        *("post", "/quality/hits/{hit}/", "see data quality"),
        of="quality hit",
        form={"state": "confirmed", "reason": "已核实"},
    ),
    Page("quality-run", "post", "/quality/run/", "check the registry"),
    Page("jobs", "get", "/jobs/", "see every job"),
    Page("job", "get", "/jobs/{job}/", ("see the own job", "see every job"), of="job"),
    Page(
        "job-cancel", "post", "/jobs/{job}/cancel/", ("see the own job", "see every job"), of="job"
    ),
    Page("job-retry", "post", "/jobs/{job}/retry/", ("see the own job", "see every job"), of="job"),
    Page("exports", "get", "/exports/", ("see own exports", "release exports", "take users away")),
    Page("export-fetch", "post", "/exports/{export}/file/", "see own exports", of="export"),
    Page(
        "export-decide",
        *("post", "/exports/{export}/decision/", "release exports"),
        of="export that waits",
        form={"decision": "release"},
    ),
    Page(
        "export-decide",
        *("post", "/exports/{export}/decision/", "release exports"),
        of="export that waits",
        form={"decision": "refuse"},
    ),
    Page("alarms", "get", "/alarms/", "see alarms"),
    Page(
        "alarm-end",
        *("post", "/alarms/{alarm}/end/", "see alarms"),
        of="alarm",
        form={"reason": "普查入户"},
    ),
    Page("trace", "post", "/alarms/trace/", "see alarms", form={"text": "E000001"}),
    Page("calendar", "get", "/calendar/", "keep the calendar"),
    Page(
        "calendar-change",
        *("post", "/calendar/change/", "keep the calendar"),
        form={"year": "2031", "do": "save", "source": "国办发明电", "text": "2031-01-01 放假"},
    ),
    Page("audit", "get", "/audit/", "read the trail"),
    Page("audit-verify", "post", "/audit/verify/", "read the trail"),
    *PLACES_AND_UNITS,
    *USERS_AND_POSTS,
    Page("oversight", "get", "/results/?months=3&show=check", "read cases"),
    Page("oversight-behind", "get", "/results/check/?waiting=1", "read cases"),
    Page("outlines", "get", "/results/outlines/", _TREE),
    Page("outlines", "post", "/results/outlines/", _TREE),
    *CASE_PAGES,
    *NOTICE_PAGES,
    *MESSAGE_PAGES,
    *PRIVACY_PAGES,
    *EXCHANGE,
    *CLUES,
]

# Views that need nobody signed in, or nothing but that; test_session.py asks about them.
OPEN = {
    *("sign-in", "sign-in-code", "single-sign-on", "single-sign-on-done", "demo-sign-in"),
    *("language", "health", "first-password"),
    *PUBLIC,
    *("phone", "phone-worker", "phone-manifest", "phone-hello"),
}
SIGNED_IN = {
    *("sign-out", "account", "app-add", "recovery-codes", "passkey-options", "passkey-add"),
    *("factor-remove", "password", "session-end", "confirm", "confirm-county"),
    *("phone-key", "phone-day", "phone-send", "phone-picture", "phone-leave"),
    *("phone-devices", "phone-device-end"),
}
