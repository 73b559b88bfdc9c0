"""The benchmark's job as SQL written by hand, in words that DuckDB, PostgreSQL and Spark share.

Facts, figures and rules stand here as SQL, unknown being NULL; nothing of the engine is used. The
peers `by_hand_duckdb`, `by_hand_postgres` and `by_hand_spark` read the files in their own way and
then run `statements` one after the other.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from fangpin.bench.job import INCOME_LINE, STAY_LINE, in_force


@dataclass(frozen=True)
class Dialect:
    """Where the three differ: the type of texts, whole division, a regular expression."""

    text: str
    divide: str
    matches: str  # with {0} the text, {1} the pattern


def figures(as_of: date) -> dict[str, str]:
    """Placeholders of the statements and what stands for them on the day."""

    def literal(day: date) -> str:
        return f"DATE '{day}'"

    def back(years: int, months: int = 0) -> str:
        month = as_of.year * 12 + as_of.month - 1 - years * 12 - months
        last = monthrange(month // 12, month % 12 + 1)[1]
        return literal(date(month // 12, month % 12 + 1, min(as_of.day, last)))

    return {
        "$born_66": back(66),
        "$born_60": back(60),
        "$born_18": back(18),
        "$born_16": back(16),
        "$born_6": back(6),
        "$year_ago": back(1),
        "$quarter_ago": back(0, 3),
        "$sixty_days_ago": literal(as_of - timedelta(days=60)),
        "$in_thirty_days": literal(as_of + timedelta(days=30)),
        "$day": literal(as_of),
        "$stay_line": str(in_force(STAY_LINE, as_of)),
        "$income_line": str(in_force(INCOME_LINE, as_of)),
    }


# ---- identity numbers ----------------------------------------------------------------------------

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(n: str) -> str:
    """The 18th character of a text that begins with 17 digits."""
    total = " + ".join(
        f"(ascii(substr({n}, {place + 1}, 1)) - 48) * {weight}"
        for place, weight in enumerate(_WEIGHTS)
    )
    return f"substr('10X98765432', CAST(({total}) % 11 + 1 AS INT), 1)"


def narrowed() -> str:
    """feed, row, n: numbers of the rows of `delivered` without a person; half-width, upper case."""
    wide = "translate(id_number, '０１２３４５６７８９Ｘｘ　', '0123456789XX ')"
    return f"SELECT feed, row, upper(trim({wide})) AS n FROM delivered WHERE person IS NULL"


def tidied(dialect: Dialect) -> str:
    """feed, row, id_number: those of 15 digits extended to 18."""
    longer = "concat(substr(n, 1, 6), '19', substr(n, 7))"
    old = dialect.matches.format("n", "^[0-9]{15}$")
    return f"""
        SELECT feed, row, n AS id_number FROM narrowed WHERE NOT {old}
        UNION ALL SELECT feed, row, concat(n, {check_digit("n")}) AS id_number
        FROM (SELECT feed, row, {longer} AS n FROM narrowed WHERE {old}) AS longer"""


def unmatched(dialect: Dialect) -> str:
    """feed, row, id_number, good: whether the tidied number is valid."""
    shaped = dialect.matches.format("id_number", "^[0-9]{17}[0-9X]$")
    year, month, day = (
        f"CAST(substr(id_number, {start}, {length}) AS INT)"
        for start, length in ((7, 4), (11, 2), (13, 2))
    )
    days = (
        f"CASE WHEN {month} IN (4, 6, 9, 11) THEN 30 WHEN {month} <> 2 THEN 31 "
        f"WHEN {year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0) THEN 29 ELSE 28 END"
    )
    return f"""
        SELECT feed, row, id_number, CASE WHEN {shaped} AND id_number NOT LIKE '999999%'
            THEN {year} BETWEEN 1900 AND 2099 AND {month} BETWEEN 1 AND 12
                AND {day} BETWEEN 1 AND {days} AND {check_digit("id_number")}
                    = substr(id_number, 18, 1) ELSE false END AS good FROM tidied"""


COUNTS: Final = """
    SELECT unmatched.feed, sum(CASE WHEN good THEN 0 ELSE 1 END) AS rejected,
        sum(CASE WHEN good AND found.row IS NULL THEN 1 ELSE 0 END) AS outsiders
    FROM unmatched LEFT JOIN found ON found.feed = unmatched.feed AND found.row = unmatched.row
    GROUP BY unmatched.feed"""

# ---- facts ---------------------------------------------------------------------------------------

USED: Final = {
    "deaths": {"day": "died_on"},
    "insurance": {"state": "status"},
    "medical": {
        "state": "kind",
        "day": "settled_on",
        "amount": "self_paid",
        "receipt": "coalesce(original_receipt, receipt)",
    },
    "benefits": {"state": "kind", "day": "paid_on"},
    "school_roll": {"state": "status"},
    "work": {"state": "status", "day": "since", "amount": "monthly_wage"},
    "subsistence": {"amount": "monthly_amount"},
    "disability": {"state": "level"},
    "microloans": {"amount": "balance", "day": "due_on"},
    "housing": {"state": "grade", "day": "inspected_on"},
    "assets": {"state": "kind", "amount": "value"},
    "posts": {"state": "post"},
}
"""The columns that rules need, under common names: all deliveries form one table `delivered`."""

WHERE: Final = {
    "dead": ("deaths", "true"),
    "died_on": ("deaths", "true"),
    "insured": ("insurance", "state IN ('paid', 'exempt')"),
    "medical_12_months": ("medical", "day > $year_ago"),
    "largest_stay": ("medical", "state = 'inpatient'"),
    "pension": ("benefits", "state = 'pension'"),
    "nursing": ("benefits", "state = 'nursing'"),
    "last_paid_on": ("benefits", "true"),
    "on_roll": ("school_roll", "state = 'attending'"),
    "marked_left": ("school_roll", "state = 'left'"),
    "working": ("work", "state = 'employed'"),
    "wage": ("work", "state = 'employed'"),
    "lost_job": ("work", "state = 'lost' AND day > $quarter_ago"),
    "on_subsistence": ("subsistence", "amount > 0"),
    "severe": ("disability", "state IN ('one', 'two')"),
    "overdue": ("microloans", "day < $day"),
    "due_soon": ("microloans", "day BETWEEN $day AND $in_thirty_days"),
    "vehicle_value": ("assets", "state = 'vehicle'"),
    "owns_business": ("assets", "state = 'business'"),
    "posts_held": ("posts", "true"),
    "house_grade": ("housing", "true"),
}
"""Delivery and condition of each fact: the rows that count for it."""

VALUES: Final = {
    "died_on": ("max(day)", "CAST(NULL AS DATE)"),
    "medical_12_months": ("sum(amount)", "0"),
    "last_paid_on": ("max(day)", "DATE '2000-01-01'"),
    "wage": ("sum(amount)", "0"),
    "overdue": ("sum(amount)", "0"),
    "due_soon": ("sum(amount)", "0"),
    "vehicle_value": ("sum(amount)", "0"),
    "posts_held": ("count(DISTINCT state)", "0"),
}
"""Facts that are no yes or no: their aggregate, and the value without a row."""

EMPTY_CELLS: Final = ("on_roll", "marked_left", "lost_job")
"""Facts whose condition reads a column that may be empty: such a row may count or not."""


def area(gaps: set[str]) -> str:
    """Per village: does a missing row of a contract say nothing (unsure_…), does no row say
    anything (late_…). Only for contracts that have gaps."""
    columns = "".join(
        f", coalesce(bool_or(contract = '{feed}'), false) AS unsure_{feed}"
        f", coalesce(bool_or(contract = '{feed}' AND status IN ('late', 'quarantined')), false)"
        f" AS late_{feed}"
        for feed in sorted(gaps)
    )
    return (
        f"SELECT village.village{columns} FROM village LEFT JOIN gap "
        "ON gap.village = village.village GROUP BY village.village"
    )


def _fact(name: str, feed: str, where: str, gap: bool) -> tuple[list[str], str]:
    """Aggregates of the delivery by person, and the fact's column made of them."""
    value, absent = f"{name}_value", "false"
    aggregates = []
    if name in VALUES:
        aggregate, absent = VALUES[name]
        kind = "DATE" if aggregate == "max(day)" else "BIGINT"
        aggregates.append(f"CAST({aggregate} FILTER (WHERE {where}) AS {kind}) AS {value}")
    elif name == "largest_stay":
        value, absent = "largest.value", "0"
    else:
        aggregates.append(f"bool_or({where}) AS {value}")
    cases = f"WHEN late_{feed} THEN NULL " if gap else ""
    if name in VALUES or name in EMPTY_CELLS or gap:
        # Where a row counts its value holds, be it unknown.
        aggregates.append(f"bool_or({where}) AS {name}_there")
        cases += f"WHEN {name}_there THEN {value} "
        value = absent
    if name in EMPTY_CELLS:
        aggregates.append(f"bool_or(({where}) IS NULL) AS {name}_maybe")
        cases += f"WHEN {name}_maybe THEN NULL "
    if gap:
        cases += f"WHEN unsure_{feed} THEN NULL "
    final = value if value == absent else f"coalesce({value}, {absent})"
    return aggregates, f"{f'CASE {cases} ELSE {final} END' if cases else final} AS {name}"


def person(gaps: set[str]) -> str:
    """One row per person: a column per fact."""
    columns, joins = [], []
    for feed in USED:
        aggregates: list[str] = []
        for name, (of, where) in WHERE.items():
            if of == feed and name != "house_grade":
                own, column = _fact(name, feed, where, feed in gaps)
                aggregates += own
                columns.append(column)
        if aggregates:
            joins.append(
                f"LEFT JOIN (SELECT person, {', '.join(aggregates)} FROM delivered "
                f"WHERE feed = '{feed}' AND person IS NOT NULL GROUP BY person) AS {feed}_facts "
                f"ON {feed}_facts.person = p.person"
            )
    return f"""
        SELECT p.person, p.household, p.birth_date,
            p.labour IN ('weak', 'ordinary', 'skilled') AS fit, household.village, household.key,
            {", ".join(columns)}
        FROM register AS p JOIN household ON household.household = p.household
            JOIN area ON area.village = household.village {" ".join(joins)}
            LEFT JOIN (SELECT person, max(amount) AS value FROM (
                    SELECT person, CAST(sum(amount) AS BIGINT) AS amount FROM delivered
                    WHERE feed = 'medical' AND state = 'inpatient' AND person IS NOT NULL
                    GROUP BY person, receipt) AS stay GROUP BY person) AS largest
                ON largest.person = p.person"""


def house(gaps: set[str]) -> str:
    """One row per household: the latest grade of its house."""
    cases = "WHEN late_housing THEN NULL WHEN grade IS NULL AND unsure_housing THEN NULL"
    grade = "coalesce(grade, 'a')"
    return f"""
        SELECT household.household,
            {f"CASE {cases} ELSE {grade} END" if "housing" in gaps else grade} AS house_grade
        FROM household JOIN area ON area.village = household.village LEFT JOIN (
            SELECT household, max(state) AS grade FROM (
                SELECT register.household, state, row_number() OVER (
                    PARTITION BY register.household ORDER BY day DESC, row DESC) AS nth
                FROM delivered JOIN register ON register.person = delivered.person
                WHERE feed = 'housing') AS inspected
            WHERE nth = 1 GROUP BY household) AS latest
            ON latest.household = household.household"""


# ---- rules ---------------------------------------------------------------------------------------


def any_member(condition: str) -> str:
    """Kleene: true, or NULL where somebody is unknown and nobody known true."""
    return (
        f"CASE WHEN bool_or({condition}) THEN true "
        f"WHEN bool_or(({condition}) IS NULL) THEN NULL ELSE false END"
    )


def total(value: str) -> str:
    """Sum over the members; NULL where one is unknown."""
    return f"CASE WHEN bool_or(({value}) IS NULL) THEN NULL ELSE CAST(sum({value}) AS BIGINT) END"


def count(condition: str) -> str:
    """For how many members it holds; NULL where it is unknown for one."""
    return (
        f"CASE WHEN bool_or(({condition}) IS NULL) THEN NULL "
        f"ELSE count(*) FILTER (WHERE {condition}) END"
    )


YOUNG: Final = "birth_date > $born_16"
OLD: Final = "birth_date <= $born_60"
ABLE: Final = f"fit AND NOT {YOUNG} AND NOT {OLD} AND NOT dead"
DEPENDANT: Final = f"{YOUNG} OR {OLD} OR severe"

MEMBERS: Final = f"""
    SELECT household, count(*) AS size,
        {count("NOT dead")} AS alive, {any_member("NOT dead")} AS somebody,
        {any_member("on_subsistence")} AS listed,
        {total("medical_12_months")} AS medical,
        CAST(sum(medical_12_months) AS BIGINT) AS known_medical,
        {total("wage")} AS wages, {total("vehicle_value")} AS vehicles,
        {any_member("lost_job AND NOT dead")} AS lost, {any_member("working")} AS working,
        {any_member(f"key AND {ABLE}")} AS able,
        {count(f"key AND ({DEPENDANT})")} AS dependants,
        {count("severe AND NOT dead")} AS disabled,
        {any_member("owns_business AND NOT dead")} AS owner
    FROM person GROUP BY household"""

PERSON_RULES: Final = {
    "out_of_school": f"birth_date <= $born_6 AND {YOUNG} AND NOT on_roll "
    "AND NOT severe AND NOT dead",
    "left_school": f"marked_left AND NOT on_roll AND {YOUNG} AND NOT dead",
    "large_stay": "largest_stay >= $stay_line OR key AND largest_stay >= 600000",
    "work_lost": "lost_job AND key AND birth_date <= $born_18 "
    f"AND NOT {OLD} AND NOT working AND NOT dead",
    "overdue_loan": "overdue > 100000",
    "loan_due_soon": "key AND due_soon > 0 AND NOT overdue > 0",
    "child_at_work": f"working AND {YOUNG}",
    "uninsured": "key AND NOT insured AND NOT wage >= 800000 AND NOT dead",
    "no_nursing_allowance": "severe AND NOT nursing AND NOT dead",
    "no_pension": f"{OLD} AND key AND NOT pension AND NOT dead",
    "paid_after_death": "dead AND last_paid_on > died_on + 31",
    "subsistence_after_death": "dead AND on_subsistence AND died_on < $sixty_days_ago",
    "several_posts": "posts_held > 1",
    "post_above_age": "posts_held >= 1 AND birth_date <= $born_66 AND NOT dead",
    "pension_too_early": f"pension AND NOT {OLD} AND NOT severe",
}
_PER_HEAD: Final = (
    "CASE WHEN alive > 0 THEN (2 * abs({0}) + alive) $divide (2 * alive) "
    "* CASE WHEN {0} < 0 THEN -1 ELSE 1 END END"
)
HOUSEHOLD_RULES: Final = {
    "medical_burden": "known_medical >= 2000000 OR medical >= 2000000",
    "dangerous_house": "house_grade IN ('c', 'd') AND (key OR listed)",
    "no_earner_left": "lost AND NOT working",
    "low_income": f"{_PER_HEAD.format('net_income')} < $income_line AND NOT listed",
    "no_labour": "key AND somebody AND NOT able AND NOT listed",
    "many_dependants": "key AND dependants >= 0.75 * size AND NOT listed",
    "several_disabled": "disabled >= 2 AND NOT listed",
    "vehicle_with_subsistence": "listed AND vehicles > 1000000",
    "business_with_subsistence": "listed AND owner",
    "wages_with_subsistence": f"listed AND {_PER_HEAD.format('wages')} > 80000",
}
FACTS: Final = {
    "out_of_school": ("birth_date", "on_roll", "severe", "dead"),
    "left_school": ("marked_left", "on_roll", "birth_date", "dead"),
    "large_stay": ("largest_stay",),
    "work_lost": ("lost_job", "birth_date", "working", "dead"),
    "overdue_loan": ("overdue",),
    "loan_due_soon": ("due_soon", "overdue"),
    "child_at_work": ("working", "birth_date"),
    "uninsured": ("insured", "wage", "dead"),
    "no_nursing_allowance": ("severe", "nursing", "dead"),
    "no_pension": ("birth_date", "pension", "dead"),
    "paid_after_death": ("dead", "last_paid_on", "died_on"),
    "subsistence_after_death": ("dead", "on_subsistence", "died_on"),
    "several_posts": ("posts_held",),
    "post_above_age": ("posts_held", "birth_date", "dead"),
    "pension_too_early": ("pension", "birth_date", "severe"),
    "medical_burden": ("medical_12_months",),
    "dangerous_house": ("house_grade", "on_subsistence"),
    "no_earner_left": ("lost_job", "dead", "working"),
    "low_income": ("dead", "on_subsistence"),
    "no_labour": ("dead", "on_subsistence"),
    "many_dependants": ("severe", "on_subsistence"),
    "several_disabled": ("severe", "dead", "on_subsistence"),
    "vehicle_with_subsistence": ("on_subsistence", "vehicle_value"),
    "business_with_subsistence": ("on_subsistence", "owns_business", "dead"),
    "wages_with_subsistence": ("on_subsistence", "wage", "dead"),
}
"""Facts of each rule: its evidence (persons), or what names its deliveries (households)."""


def quoted(names: object) -> str:
    """'a', 'b', 'c'"""
    return ", ".join(f"'{name}'" for name in names)  # type: ignore[attr-defined]


def finding(gaps: set[str]) -> str:
    """Subjects hit, and those unknown although all is delivered for their area."""

    def part(rules: dict[str, str], subject: str, of: str) -> str:
        columns = ", ".join(f"({condition}) AS {rule}" for rule, condition in rules.items())
        some = " OR ".join(f"{rule} IS DISTINCT FROM false" for rule in rules)
        holds = " ".join(f"WHEN '{rule}' THEN {rule}" for rule in rules)
        names = ", ".join(f"('{rule}')" for rule in rules)
        return f"""
            SELECT subject, village, rule, CASE rule {holds} END AS holds FROM (
                SELECT * FROM (SELECT {subject} AS subject, village, {columns} FROM {of}) AS every
                WHERE {some}) AS hits CROSS JOIN (VALUES {names}) AS rules(rule)"""

    incomplete = "\n".join(
        f"WHEN rule = '{rule}' THEN "
        + (" OR ".join(f"unsure_{feed}" for feed in sorted(_feeds(rule) & gaps)) or "false")
        for rule in FACTS
    )
    households = (
        "(SELECT household.*, house_grade, size, alive, somebody, listed, medical, known_medical, "
        "wages, vehicles, lost, working, able, dependants, disabled, owner FROM household "
        "JOIN members ON members.household = household.household "
        "JOIN house ON house.household = household.household) AS whole"
    )
    return f"""
        SELECT rule, subject, CASE WHEN holds THEN 'new' ELSE 'unknown' END AS state
        FROM ({part(PERSON_RULES, "person", "person")}
            UNION ALL {part(HOUSEHOLD_RULES, "household", households)}) AS found
            JOIN area ON area.village = found.village
        WHERE holds OR holds IS NULL AND NOT CASE {incomplete} END"""


def _feeds(rule: str) -> set[str]:
    return {WHERE[fact][0] for fact in FACTS[rule] if fact in WHERE}


# ---- evidence ------------------------------------------------------------------------------------

SPEAKING: Final = (
    ("medical_burden", "medical_12_months <> 0", ("medical_12_months",)),
    ("no_earner_left", "lost_job AND NOT dead", ("lost_job", "dead")),
    ("no_earner_left", "working", ("working",)),
    ("low_income", "NOT dead", ("dead",)),
    ("no_labour", "NOT dead", ("dead",)),
    ("no_labour", f"key AND {ABLE}", ("labour", "birth_date", "dead")),
    ("several_disabled", "severe AND NOT dead", ("severe", "dead")),
    ("vehicle_with_subsistence", "vehicle_value <> 0", ("vehicle_value",)),
    ("business_with_subsistence", "owns_business AND NOT dead", ("owns_business", "dead")),
    ("wages_with_subsistence", "wage <> 0", ("wage",)),
    ("wages_with_subsistence", "NOT dead", ("dead",)),
    *(
        (rule, "on_subsistence", ("on_subsistence",))
        for rule in HOUSEHOLD_RULES
        if "listed" in HOUSEHOLD_RULES[rule] and rule != "dangerous_house"
    ),
)
"""Members for whom this holds or may hold show these facts; all members where it does for none."""

HIT_MEMBER: Final = f"""
    SELECT rule, subject, state, listed, person.* FROM finding
        JOIN members ON finding.subject = members.household
        JOIN person ON person.household = finding.subject
    WHERE rule IN ({quoted(HOUSEHOLD_RULES)})"""


def shown() -> str:
    """Rule, subject and the person whose fact is shown."""

    def facts(names: tuple[str, ...]) -> str:
        values = ", ".join(f"('{name}')" for name in names)
        return f"CROSS JOIN (VALUES {values}) AS facts(fact)"

    def speaking(rule: str, condition: str, names: tuple[str, ...], more: str = "true") -> str:
        return f"""SELECT rule, subject, fact, person FROM (
            SELECT rule, subject, person, coalesce({condition}, true) AS speaks,
                bool_or(coalesce({condition}, true)) OVER (PARTITION BY subject) AS somebody_does
            FROM hit_member WHERE rule = '{rule}' AND ({more})) AS heard {facts(names)}
            WHERE speaks OR NOT somebody_does"""

    parts = [
        f"SELECT rule, subject, fact, subject AS person FROM finding {facts(FACTS[rule])} "
        f"WHERE rule = '{rule}'"
        for rule in PERSON_RULES
    ]
    parts += [speaking(*each) for each in SPEAKING]
    listed = "coalesce(listed, false) OR state = 'unknown'"
    parts.append(speaking("dangerous_house", "on_subsistence", ("on_subsistence",), listed))
    for fact, holds in (("birth_date", f"{YOUNG} OR {OLD}"), ("severe", "severe")):
        parts.append(
            f"SELECT rule, subject, '{fact}' AS fact, person FROM hit_member "
            f"WHERE rule = 'many_dependants' AND ({holds} OR ({DEPENDANT}) IS NULL)"
        )
    return f"SELECT DISTINCT rule, subject, fact, person FROM ({' UNION ALL '.join(parts)}) AS all_"


SHOWN_HOUSEHOLD: Final = """
    SELECT rule, subject, 'category' AS fact, household FROM finding
        JOIN person ON person.person = finding.subject
    WHERE rule IN ('work_lost', 'loan_due_soon', 'uninsured', 'no_pension') OR rule = 'large_stay'
        AND (state = 'unknown' OR coalesce(key AND largest_stay >= 600000, true))
    UNION ALL SELECT rule, subject, 'category', subject FROM finding
        JOIN household ON household.household = finding.subject
    WHERE rule IN ('no_labour', 'many_dependants')
        OR rule = 'dangerous_house' AND (state = 'unknown' OR key)
    UNION ALL SELECT rule, subject, 'house_grade', subject FROM finding
    WHERE rule = 'dangerous_house'
    UNION ALL SELECT rule, subject, 'net_income', subject FROM finding WHERE rule = 'low_income'"""

HIT_PERSON: Final = f"""
    SELECT person.*, number, labour FROM person JOIN register ON register.person = person.person
    WHERE person.person IN (SELECT person FROM shown UNION SELECT subject FROM finding
        WHERE rule IN ({quoted(PERSON_RULES)}))"""

NUMBERED: Final = f"""
    SELECT rule, subject, state, number FROM finding
        JOIN hit_person ON finding.subject = hit_person.person
    WHERE rule IN ({quoted(PERSON_RULES)})
    UNION ALL SELECT rule, subject, state, number FROM finding
        JOIN household ON finding.subject = household.household
    WHERE rule IN ({quoted(HOUSEHOLD_RULES)})"""


def source(paths: dict[str, Path]) -> str:
    """Delivered rows that count for a fact of somebody shown."""
    return " UNION ALL ".join(
        f"SELECT '{name}' AS fact, person, row, '{paths[feed].name}' AS file FROM hit_row "
        f"WHERE feed = '{feed}' AND ({where})"
        for name, (feed, where) in WHERE.items()
        if name != "house_grade"
    )


def evidence_of_persons() -> str:
    """Value and source rows for every fact of a person that is shown."""
    names = ["birth_date", "labour", *(name for name in WHERE if name != "house_grade")]
    value = " ".join(f"WHEN '{name}' THEN CAST(hit.{name} AS $text)" for name in names)
    return f"""
        SELECT shown.rule, numbered.number, shown.fact, hit.number AS person,
            CASE shown.fact {value} END AS value, file, source.row AS row
        FROM shown JOIN numbered
                ON numbered.rule = shown.rule AND numbered.subject = shown.subject
            JOIN hit_person AS hit ON hit.person = shown.person
            LEFT JOIN source ON source.fact = shown.fact AND source.person = shown.person"""


def evidence_of_households(paths: dict[str, Path]) -> str:
    """The same for facts of households."""
    return f"""
        SELECT own.rule, numbered.number, own.fact, CAST(NULL AS $text) AS person,
            CASE own.fact WHEN 'category' THEN category WHEN 'house_grade' THEN house_grade
                ELSE CAST(net_income AS $text) END AS value, file, inspected.row AS row
        FROM shown_household AS own JOIN numbered
                ON numbered.rule = own.rule AND numbered.subject = own.subject
            JOIN household ON household.household = own.household
            JOIN house ON house.household = own.household
            LEFT JOIN (SELECT 'house_grade' AS fact, household, row,
                    '{paths["housing"].name}' AS file
                FROM delivered JOIN register ON register.person = delivered.person
                WHERE feed = 'housing') AS inspected
                ON inspected.fact = own.fact AND inspected.household = own.household"""


def statements(
    dialect: Dialect, paths: dict[str, Path], gaps: set[str], as_of: date
) -> Iterator[tuple[str, str]]:
    """Table after table; needs `delivered household register village gap`."""
    filled = figures(as_of) | {"$text": dialect.text, "$divide": dialect.divide}
    for table, select in (
        ("area", area(gaps)),
        ("person", person(gaps)),
        ("house", house(gaps)),
        ("members", MEMBERS),
        ("finding", finding(gaps)),
        ("hit_member", HIT_MEMBER),
        ("shown", shown()),
        ("shown_household", SHOWN_HOUSEHOLD),
        ("hit_row", "SELECT * FROM delivered WHERE person IN (SELECT person FROM shown)"),
        ("hit_person", HIT_PERSON),
        ("numbered", NUMBERED),
        ("source", source(paths)),
        ("evidence_of_persons", evidence_of_persons()),
        ("evidence_of_households", evidence_of_households(paths)),
    ):
        for name, figure in filled.items():
            select = select.replace(name, figure)
        yield table, select


RESULTS: Final = {
    "findings": "SELECT rule, number, state FROM numbered",
    "evidence": "SELECT rule, number, fact, person, value, file, row FROM evidence_of_persons "
    "UNION ALL SELECT rule, number, fact, person, value, file, row FROM evidence_of_households",
    "counts": "SELECT feed, rejected, outsiders FROM counts",
}
