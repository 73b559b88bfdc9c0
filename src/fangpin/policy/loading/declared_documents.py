"""The files that record a document: pack, clauses, mechanisms, programmes, targets, duties …"""

from fangpin.policy import pack as records
from fangpin.policy.coverage import PARTS
from fangpin.policy.loading.records import BILINGUAL, Key, Keyed, ListOf, Nullable, optional
from fangpin.policy.loading.scalars import (
    AREA_CODE,
    IDENTIFIER,
    MONTH_DAY,
    NAME,
    PACK_NAME,
    Choice,
    Day,
    Exact,
    Figures,
    Formula,
    Truth,
    Whole,
    Words,
)
from fangpin.policy.loading.shared_shapes import (
    SUBJECT,
    TEXT,
    at_least_one,
    exactly_one,
    ordered,
    plain,
)

RELATION = Choice(
    (
        "exactly",
        "at_least",
        "at_most",
        "more_than",
        "less_than",
        "about",
        "between",
        "all",
        "growing",
    )
)
PERIOD = plain(
    "Period",
    {"from": Key(Day(), into="from_"), "to": optional(Nullable(Day()))},
    records.Period,
    check=ordered("from", "to"),
)
DOCUMENT = plain("Document", {"zh": Key(TEXT), "en": optional(TEXT)}, lambda zh, en=None: zh)

PACK = Keyed(
    "Pack",
    {
        "pack": Key(PACK_NAME),
        "extends": optional(Nullable(PACK_NAME)),
        "title": Key(BILINGUAL),
        "issuer": Key(BILINGUAL),
        "document_number": Key(Nullable(TEXT)),
        "document_date": Key(Day()),
        "area_code": Key(AREA_CODE),
        "area": Key(BILINGUAL),
        "period": Key(PERIOD),
        "based_on": optional(ListOf(DOCUMENT)),
        "notes": optional(BILINGUAL),
    },
    dict,
    identity="pack",
)

CLAUSE = Keyed(
    "Clause",
    {
        "id": Key(IDENTIFIER),
        "path": Key(TEXT),
        "summary": Key(BILINGUAL),
        "source": optional(TEXT),
    },
    records.Clause,
    identity="id",
)

FIGURE = Keyed(
    "Figure",
    {
        "zh": Key(TEXT),
        "en": Key(TEXT),
        "value": Key(Figures()),
        "unit": optional(Nullable(TEXT)),
        "relation": Key(RELATION),
        "by": optional(Day()),
        "from": optional(Day(), into="from_"),
        "per": optional(Choice(("year", "month", "person", "household", "village"))),
    },
    lambda **fields: records.Figure(**{"unit": None, **fields}),
    identity="zh",
    check=ordered("from", "by"),
)
MECHANISM = Keyed(
    "Mechanism",
    {
        "id": Key(IDENTIFIER),
        "clause": Key(IDENTIFIER),
        "name": Key(BILINGUAL),
        "demands": Key(BILINGUAL),
        "figures": Key(ListOf(FIGURE)),
        "recorded_in": Key(
            ListOf(
                Words(
                    r"(rule|target|duty|ledger|programme|procedure|parameter|fact|feed|codes):.+",
                    ("种类:名称", "kind:name"),
                    "duty:monthly-report",
                ),
                distinct=True,
            )
        ),
        "status": Key(Choice(("recorded", "partly", "live"))),
        "tests": optional(ListOf(TEXT, distinct=True)),
        "missing": optional(BILINGUAL),
    },
    records.Mechanism,
    identity="id",
)

AMOUNT = plain(
    "Amount",
    {
        "parameter": optional(NAME),
        "value": optional(Exact()),
        "between": optional(Figures(range_only=True)),
        "unit": optional(TEXT),
    },
    records.Amount,
    check=exactly_one("parameter", "value", "between"),
)
UNITS_IN_LEAD = ListOf(TEXT, distinct=True)
MECHANISM_KEY = optional(Nullable(IDENTIFIER))
PROGRAMME = Keyed(
    "Programme",
    {
        "id": Key(IDENTIFIER),
        "label": Key(BILINGUAL),
        "clause": Key(IDENTIFIER),
        "gives": Key(BILINGUAL),
        "subject": optional(SUBJECT),
        "eligible": optional(Nullable(Formula())),
        "amount": optional(Nullable(AMOUNT)),
        "received": optional(Nullable(Formula())),
        "lead": optional(UNITS_IN_LEAD),
        "mechanism": MECHANISM_KEY,
    },
    records.Programme,
    identity="id",
)
TARGET_VALUE = Keyed(
    "TargetValue",
    {
        "by": Key(Day()),
        "from": optional(Day(), into="from_"),
        "value": optional(Figures()),
        "text": optional(BILINGUAL),
    },
    records.TargetValue,
    check=at_least_one("value", "text"),
)
TARGET = Keyed(
    "Target",
    {
        "id": Key(IDENTIFIER),
        "label": Key(BILINGUAL),
        "unit": optional(Nullable(TEXT)),
        "relation": Key(RELATION),
        "scope": optional(Nullable(BILINGUAL)),
        "values": Key(ListOf(TARGET_VALUE, at_least=1)),
        "clause": Key(IDENTIFIER),
        "lead": optional(UNITS_IN_LEAD),
        "participating": optional(UNITS_IN_LEAD),
        "mechanism": MECHANISM_KEY,
    },
    records.Target,
    identity="id",
)
CALENDAR = plain(
    "Calendar",
    {
        "every": optional(
            Choice(("day", "week", "month", "two_months", "quarter", "half_year", "term", "year"))
        ),
        "by_day": optional(Whole(1, 31)),
        "by": optional(MONTH_DAY),
        "once": optional(Day()),
        "default": optional(Truth()),
    },
    records.Calendar,
    check=exactly_one("every", "once"),
)
DUTY = Keyed(
    "Duty",
    {
        "id": Key(IDENTIFIER),
        "label": Key(BILINGUAL),
        "owed_by": Key(BILINGUAL),
        "owed_to": Key(BILINGUAL),
        "calendar": Key(CALENDAR),
        "clause": Key(IDENTIFIER),
        "mechanism": MECHANISM_KEY,
    },
    records.Duty,
    identity="id",
)
LEDGER = Keyed(
    "Ledger",
    {
        "id": Key(IDENTIFIER),
        "label": Key(BILINGUAL),
        "kind": Key(
            Choice(
                (
                    "ledger",
                    "roster",
                    "list",
                    "system",
                    "platform",
                    "fund",
                    "plan",
                    "fund-account",
                    "council",
                )
            )
        ),
        "keeper": Key(BILINGUAL),
        "records": Key(BILINGUAL),
        "clause": Key(IDENTIFIER),
        "mechanism": MECHANISM_KEY,
        "kept_in": optional(ListOf(Choice(tuple(PARTS)), distinct=True)),
    },
    records.Ledger,
    identity="id",
)
