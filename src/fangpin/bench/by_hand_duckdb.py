"""The benchmark's job written by hand in DuckDB SQL: Parquet files → findings with evidence.

Nothing of the engine is used: facts, figures and rules stand here as SQL, unknown being NULL.
`run` returns Arrow tables; `fangpin.bench.result` describes them.
"""

from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

STAY_LINE: Final = {date(2020, 1, 1): 1_200_000, date(2021, 6, 1): 1_100_000}
INCOME_LINE: Final = {date(2020, 1, 1): 500_000, date(2021, 1, 1): 600_000}


def in_force(values: dict[date, int], day: date) -> int:
    return values[max(start for start in values if start <= day)]


# ---- identity numbers ----------------------------------------------------------------------------

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_TOTAL: Final = " + ".join(
    f"(ascii(substr(n, {place + 1}, 1)) - 48) * {weight}" for place, weight in enumerate(_WEIGHTS)
)
MACROS: Final = f"""
CREATE TEMP MACRO check_digit(n) AS substr('10X98765432', ({_TOTAL}) % 11 + 1, 1);
CREATE TEMP MACRO narrow(n) AS
    upper(trim(translate(n, '０１２３４５６７８９Ｘｘ　', '0123456789XX '), chr(32) || chr(9)));
CREATE TEMP MACRO extended(n) AS n[:6] || '19' || n[7:];
CREATE TEMP MACRO is_valid(n) AS regexp_full_match(n, '[0-9]{{17}}[0-9X]')
    AND n[:6] <> '999999'
    AND coalesce(try_strptime(n[7:14], '%Y%m%d') BETWEEN DATE '1900-01-01' AND DATE '2099-12-31',
                 false)
    AND check_digit(n) = n[18:];
"""

# ---- reading and matching ------------------------------------------------------------------------

USED: Final = {
    "deaths": "died_on AS day",
    "insurance": "status::VARCHAR AS state",
    "medical": "kind::VARCHAR AS state, settled_on AS day, self_paid AS amount, "
    "coalesce(original_receipt, receipt) AS receipt",
    "benefits": "kind::VARCHAR AS state, paid_on AS day",
    "school_roll": "status::VARCHAR AS state",
    "work": "status::VARCHAR AS state, since AS day, monthly_wage AS amount",
    "subsistence": "monthly_amount AS amount",
    "disability": "level::VARCHAR AS state",
    "microloans": "balance AS amount, due_on AS day",
    "housing": "grade::VARCHAR AS state, inspected_on AS day",
    "assets": "kind::VARCHAR AS state, value AS amount",
    "posts": "post::VARCHAR AS state",
}
"""The columns that rules need, under common names: all deliveries form one table."""


def newest(source: Path, as_of: date) -> dict[str, Path]:
    """The newest delivery of each contract up to the day."""
    found: dict[str, Path] = {}
    for path in sorted((source / "feeds").glob("*.parquet")):
        contract, _, month = path.stem.partition("@")
        if month <= f"{as_of:%Y-%m}":
            found[contract] = path
    return found


def read(source: Path, paths: dict[str, Path]) -> str:
    union = "\nUNION ALL BY NAME\n".join(
        f"SELECT '{feed}' AS feed, (file_row_number + 1)::UINTEGER AS row, id_number, {USED[feed]} "
        f"FROM read_parquet('{path}', file_row_number = true)"
        for feed, path in paths.items()
    )
    register = source / "register"
    return f"""
CREATE TEMP TABLE identity AS SELECT file_row_number AS person, id_number
    FROM read_parquet('{register}/identity.parquet', file_row_number = true);
CREATE TEMP TABLE delivered AS SELECT feed, row, person, state, day, amount, receipt,
        CASE WHEN person IS NULL THEN id_number END AS id_number
    FROM ({union}) LEFT JOIN identity USING (id_number);
CREATE TEMP TABLE unmatched AS SELECT feed, row, id_number, is_valid(id_number) AS good
    FROM (SELECT feed, row, CASE WHEN regexp_full_match(n, '[0-9]{{15}}')
                THEN extended(n) || check_digit(extended(n)) ELSE n END AS id_number
            FROM (SELECT feed, row, narrow(id_number) AS n FROM delivered WHERE person IS NULL));
CREATE TEMP TABLE tidied AS SELECT feed, row, identity.person
    FROM unmatched JOIN identity USING (id_number) WHERE good;
CREATE TEMP TABLE counts AS SELECT feed, count(*) FILTER (NOT good) AS rejected,
        count(*) FILTER (good) - (SELECT count(*) FROM tidied WHERE tidied.feed = unmatched.feed)
            AS outsiders
    FROM unmatched GROUP BY feed;
INSERT INTO delivered SELECT delivered.* REPLACE (tidied.person AS person)
    FROM delivered JOIN tidied USING (feed, row) WHERE delivered.person IS NULL;
CREATE TEMP TABLE household AS SELECT file_row_number AS household, number, village,
        category::VARCHAR AS category, category <> 'general' AS key, net_income
    FROM read_parquet('{register}/households.parquet', file_row_number = true);
CREATE TEMP TABLE village AS SELECT file_row_number AS village, code AS village_code
    FROM read_parquet('{register}/places.parquet', file_row_number = true);
"""


def gaps(connection: duckdb.DuckDBPyConnection, source: Path, paths: dict[str, Path]) -> set[str]:
    """Table `area`: per village, does a missing row of a contract say nothing (unsure_…), does no
    row say anything (late_…). Returns the contracts that have gaps at all."""
    if not (source / "coverage.parquet").exists():
        connection.execute("CREATE TEMP TABLE area AS SELECT village FROM village")
        return set()
    periods = ", ".join(
        f"('{feed}', DATE '{path.stem.partition('@')[2]}-01')" for feed, path in paths.items()
    )
    connection.execute(
        f"CREATE TEMP TABLE gap AS SELECT village, contract, status "
        f"FROM read_parquet('{source}/coverage.parquet') JOIN village USING (village_code) "
        f"WHERE (contract, period) IN (VALUES {periods})"
    )
    found = {row[0] for row in connection.execute("SELECT DISTINCT contract FROM gap").fetchall()}
    columns = "".join(
        f", coalesce(bool_or(contract = '{feed}'), false) AS unsure_{feed}"
        f", coalesce(bool_or(contract = '{feed}' AND status IN ('late', 'quarantined')), false)"
        f" AS late_{feed}"
        for feed in sorted(found)
    )
    connection.execute(
        f"CREATE TEMP TABLE area AS SELECT village{columns} "
        "FROM village LEFT JOIN gap USING (village) GROUP BY village"
    )
    return found


# ---- facts ---------------------------------------------------------------------------------------

_RECENT: Final = "day > $day - INTERVAL 3 MONTH"
WHERE: Final = {
    "dead": ("deaths", "true"),
    "died_on": ("deaths", "true"),
    "insured": ("insurance", "state IN ('paid', 'exempt')"),
    "medical_12_months": ("medical", "day > $day - INTERVAL 12 MONTH"),
    "largest_stay": ("medical", "state = 'inpatient'"),
    "pension": ("benefits", "state = 'pension'"),
    "nursing": ("benefits", "state = 'nursing'"),
    "last_paid_on": ("benefits", "true"),
    "on_roll": ("school_roll", "state = 'attending'"),
    "marked_left": ("school_roll", "state = 'left'"),
    "working": ("work", "state = 'employed'"),
    "wage": ("work", "state = 'employed'"),
    "lost_job": ("work", f"state = 'lost' AND {_RECENT}"),
    "on_subsistence": ("subsistence", "amount > 0"),
    "severe": ("disability", "state IN ('one', 'two')"),
    "overdue": ("microloans", "day < $day"),
    "due_soon": ("microloans", "day BETWEEN $day AND $day + INTERVAL 30 DAY"),
    "vehicle_value": ("assets", "state = 'vehicle'"),
    "owns_business": ("assets", "state = 'business'"),
    "posts_held": ("posts", "true"),
    "house_grade": ("housing", "true"),
}
"""Delivery and condition of each fact: the rows that count for it."""

VALUES: Final = {
    "died_on": ("max(day)", "NULL"),
    "medical_12_months": ("sum(amount)", "0"),
    "last_paid_on": ("max(day)", "DATE '2000-01-01'"),
    "wage": ("sum(amount)", "0"),
    "overdue": ("sum(amount)", "0"),
    "due_soon": ("sum(amount)", "0"),
    "vehicle_value": ("sum(amount)", "0"),
    "posts_held": ("count(DISTINCT state)", "0"),
}
"""Facts that are no yes or no: their aggregate, and the value without a row (NULL: unknown)."""


EMPTY_CELLS: Final = ("on_roll", "marked_left", "lost_job")
"""Facts whose condition reads a column that may be empty: such a row may count or not."""


def person_facts(paths: dict[str, Path], register: Path, gaps: set[str]) -> str:
    """One row per person: a column per fact; what no row says depends on the area."""
    columns, joins = [], []
    for feed in paths:
        aggregates = []
        for name, (of, where) in WHERE.items():
            if of != feed or name == "house_grade":
                continue
            value, absent = f"{name}_value", "false"
            if name in VALUES:
                aggregate, absent = VALUES[name]
                kind = "DATE" if aggregate == "max(day)" else "BIGINT"
                aggregates.append(f"({aggregate} FILTER ({where}))::{kind} AS {value}")
            elif name == "largest_stay":
                value, absent = "largest.value", "0"
            else:
                aggregates.append(f"bool_or({where}) AS {value}")
            cases = ""
            if feed in gaps:
                cases += f"WHEN late_{feed} THEN NULL "
            if name in VALUES or name in EMPTY_CELLS or feed in gaps:
                aggregates.append(f"bool_or({where}) AS {name}_there")
                cases += f"WHEN {name}_there THEN {value} "
                value = absent
            if name in EMPTY_CELLS:
                aggregates.append(f"bool_or(({where}) IS NULL) AS {name}_maybe")
                cases += f"WHEN {name}_maybe THEN NULL "
            if feed in gaps:
                cases += f"WHEN unsure_{feed} THEN NULL "
            final = f"coalesce({value}, {absent})" if value != absent else absent
            columns.append(
                f"CASE {cases} ELSE {final} END AS {name}" if cases else f"{final} AS {name}"
            )
        if aggregates:
            joins.append(
                f"LEFT JOIN (SELECT person, {', '.join(aggregates)} FROM delivered "
                f"WHERE feed = '{feed}' AND person IS NOT NULL GROUP BY person) AS {feed}_facts "
                "USING (person)"
            )
    housing = (
        "WHEN late_housing THEN NULL WHEN grade IS NULL AND unsure_housing THEN NULL"
        if "housing" in gaps
        else ""
    )
    return f"""
CREATE TEMP TABLE person AS SELECT person, p.household, p.birth_date,
        p.labour IN ('weak', 'ordinary', 'skilled') AS fit, household.village, household.key,
        {", ".join(columns)}
    FROM (SELECT file_row_number AS person, household, birth_date, labour
            FROM read_parquet('{register}/persons.parquet', file_row_number = true)) AS p
        JOIN household USING (household) JOIN area ON area.village = household.village
        {" ".join(joins)}
        LEFT JOIN (SELECT person, max(amount) AS value FROM (
                SELECT person, sum(amount)::BIGINT AS amount FROM delivered
                WHERE feed = 'medical' AND state = 'inpatient' AND person IS NOT NULL
                GROUP BY person, receipt) GROUP BY person) AS largest USING (person);
CREATE TEMP TABLE house AS SELECT household,
        CASE {housing} WHEN true THEN coalesce(grade, 'a') END AS house_grade
    FROM household JOIN area USING (village) LEFT JOIN (
        SELECT household, arg_max(state, (day, row)) AS grade FROM delivered
            JOIN (SELECT person, household FROM person) USING (person)
        WHERE feed = 'housing' GROUP BY household) USING (household);
"""


# ---- rules ---------------------------------------------------------------------------------------


def any_member(condition: str) -> str:
    """Kleene: true, or NULL where somebody is unknown and nobody known true."""
    return (
        f"CASE WHEN bool_or({condition}) THEN true "
        f"WHEN bool_or(({condition}) IS NULL) THEN NULL ELSE false END"
    )


def total(value: str) -> str:
    """Sum over the members; NULL where one is unknown."""
    return f"CASE WHEN bool_or(({value}) IS NULL) THEN NULL ELSE sum({value}) END::BIGINT"


YOUNG: Final = "birth_date > $day - INTERVAL 16 YEAR"
OLD: Final = "birth_date <= $day - INTERVAL 60 YEAR"
ABLE: Final = f"fit AND NOT {YOUNG} AND NOT {OLD} AND NOT dead"
DEPENDANT: Final = f"{YOUNG} OR {OLD} OR severe"

HOUSEHOLDS: Final = f"""
CREATE TEMP TABLE members AS SELECT household, count(*) AS size,
        {total("NOT dead")} AS alive, {any_member("NOT dead")} AS somebody,
        {any_member("on_subsistence")} AS listed,
        {total("medical_12_months")} AS medical, sum(medical_12_months)::BIGINT AS known_medical,
        {total("wage")} AS wages, {total("vehicle_value")} AS vehicles,
        {any_member("lost_job AND NOT dead")} AS lost, {any_member("working")} AS working,
        {any_member(f"key AND {ABLE}")} AS able,
        {total(f"key AND ({DEPENDANT})")} AS dependants,
        {total("severe AND NOT dead")} AS disabled,
        {any_member("owns_business AND NOT dead")} AS owner
    FROM person GROUP BY household;
"""

PERSON_RULES: Final = {
    "out_of_school": f"birth_date <= $day - INTERVAL 6 YEAR AND {YOUNG} AND NOT on_roll "
    "AND NOT severe AND NOT dead",
    "left_school": f"marked_left AND NOT on_roll AND {YOUNG} AND NOT dead",
    "large_stay": "largest_stay >= $stay_line OR key AND largest_stay >= 600000",
    "work_lost": "lost_job AND key AND birth_date <= $day - INTERVAL 18 YEAR "
    f"AND NOT {OLD} AND NOT working AND NOT dead",
    "overdue_loan": "overdue > 100000",
    "loan_due_soon": "key AND due_soon > 0 AND NOT overdue > 0",
    "child_at_work": f"working AND {YOUNG}",
    "uninsured": "key AND NOT insured AND NOT wage >= 800000 AND NOT dead",
    "no_nursing_allowance": "severe AND NOT nursing AND NOT dead",
    "no_pension": f"{OLD} AND key AND NOT pension AND NOT dead",
    "paid_after_death": "dead AND last_paid_on > died_on + INTERVAL 31 DAY",
    "subsistence_after_death": "dead AND on_subsistence AND died_on < $day - INTERVAL 60 DAY",
    "several_posts": "posts_held > 1",
    "post_above_age": "posts_held >= 1 AND birth_date <= $day - INTERVAL 66 YEAR AND NOT dead",
    "pension_too_early": f"pension AND NOT {OLD} AND NOT severe",
}
PER_HEAD: Final = (
    "CASE WHEN alive > 0 THEN (2 * abs({0}) + alive) // (2 * alive) * sign({0})::BIGINT END"
)
HOUSEHOLD_RULES: Final = {
    "medical_burden": "known_medical >= 2000000 OR medical >= 2000000",
    "dangerous_house": "house_grade IN ('c', 'd') AND (key OR listed)",
    "no_earner_left": "lost AND NOT working",
    "low_income": f"{PER_HEAD.format('net_income')} < $income_line AND NOT listed",
    "no_labour": "key AND somebody AND NOT able AND NOT listed",
    "many_dependants": "key AND dependants >= 0.75 * size AND NOT listed",
    "several_disabled": "disabled >= 2 AND NOT listed",
    "vehicle_with_subsistence": "listed AND vehicles > 1000000",
    "business_with_subsistence": "listed AND owner",
    "wages_with_subsistence": f"listed AND {PER_HEAD.format('wages')} > 80000",
}
FACTS: Final = {
    "out_of_school": ("birth_date", "on_roll", "severe", "dead"),
    "left_school": ("marked_left", "on_roll", "birth_date", "dead"),
    "large_stay": ("largest_stay",),
    "work_lost": ("lost_job", "category", "birth_date", "working", "dead"),
    "overdue_loan": ("overdue",),
    "loan_due_soon": ("category", "due_soon", "overdue"),
    "child_at_work": ("working", "birth_date"),
    "uninsured": ("category", "insured", "wage", "dead"),
    "no_nursing_allowance": ("severe", "nursing", "dead"),
    "no_pension": ("birth_date", "category", "pension", "dead"),
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
"""Facts of each rule: all of them are its evidence (persons), or name its deliveries."""


def findings(gaps: set[str]) -> str:
    """Subjects hit, and those unknown although all is delivered for their area."""

    def parts(rules: dict[str, str], subject: str, of: str) -> str:
        columns = ", ".join(f"({condition}) AS {rule}" for rule, condition in rules.items())
        some = " OR ".join(f"{rule} IS DISTINCT FROM false" for rule in rules)
        return f"""
            SELECT subject, village, rule, holds FROM (SELECT * FROM (
                    SELECT {subject} AS subject, village, {columns} FROM {of}) WHERE {some})
                UNPIVOT INCLUDE NULLS (holds FOR rule IN ({", ".join(rules)}))
            WHERE holds IS DISTINCT FROM false"""

    incomplete = "\n".join(
        f"WHEN '{rule}' THEN "
        + " OR ".join(
            ["false"]
            + [
                f"unsure_{feed}"
                for feed in sorted({WHERE[fact][0] for fact in facts if fact in WHERE} & gaps)
            ]
        )
        for rule, facts in FACTS.items()
    )
    households = "household JOIN members USING (household) JOIN house USING (household)"
    return f"""
CREATE TEMP TABLE finding AS SELECT rule, subject,
        CASE WHEN holds THEN 'new' ELSE 'unknown' END AS state
    FROM ({parts(PERSON_RULES, "person", "person")}
        UNION ALL {parts(HOUSEHOLD_RULES, "household", households)}) JOIN area USING (village)
    WHERE holds OR NOT CASE rule {incomplete} END;
"""


# ---- evidence ------------------------------------------------------------------------------------

MEMBERS: Final = (
    ("medical_burden", "medical_12_months <> 0", ("medical_12_months",)),
    ("no_earner_left", "lost_job AND NOT dead", ("lost_job", "dead")),
    ("no_earner_left", "working", ("working",)),
    ("low_income", "NOT dead", ("dead",)),
    ("no_labour", "NOT dead", ("dead",)),
    ("no_labour", ABLE, ("labour", "birth_date", "dead")),
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


def shown() -> str:
    """Rule, subject and whose fact is shown."""

    def pairs(facts: tuple[str, ...]) -> str:
        return f"unnest([{', '.join(repr(fact) for fact in facts)}])"

    def speaking(rule: str, condition: str, facts: tuple[str, ...], more: str = "true") -> str:
        return f"""SELECT rule, subject, {pairs(facts)} AS fact, person FROM (
            SELECT *, coalesce({condition}, true) AS speaks,
                bool_or(coalesce({condition}, true)) OVER (PARTITION BY subject) AS somebody_does
            FROM hit_member WHERE rule = '{rule}' AND {more})
            WHERE speaks OR NOT somebody_does"""

    by_person = [
        f"SELECT rule, subject, {pairs(FACTS[rule])} AS fact, subject AS person "
        f"FROM finding WHERE rule = '{rule}'"
        for rule in PERSON_RULES
    ]
    by_members = [speaking(*each) for each in MEMBERS]
    house = "coalesce(listed, false) OR state = 'unknown'"
    dependant = f"coalesce({DEPENDANT}, true)"
    return f"""
CREATE TEMP TABLE hit_member AS SELECT rule, subject, state, listed, person.*
    FROM finding JOIN members ON subject = members.household
        JOIN person ON person.household = subject
    WHERE rule IN ({", ".join(repr(rule) for rule in HOUSEHOLD_RULES)});
CREATE TEMP TABLE shown AS SELECT DISTINCT rule, subject, fact, person FROM (
    {" UNION ALL ".join(by_person + by_members)}
    UNION ALL {speaking("dangerous_house", "on_subsistence", ("on_subsistence",), house)}
    UNION ALL SELECT rule, subject, 'birth_date', person FROM hit_member
        WHERE rule = 'many_dependants' AND ({YOUNG} OR {OLD} OR ({DEPENDANT}) IS NULL)
    UNION ALL SELECT rule, subject, 'severe', person FROM hit_member
        WHERE rule = 'many_dependants' AND (severe OR ({DEPENDANT}) IS NULL) AND {dependant})
    WHERE fact <> 'category';
CREATE TEMP TABLE shown_household AS
    SELECT rule, subject, 'category' AS fact, household FROM finding
        JOIN person ON person = subject
    WHERE rule IN ('work_lost', 'loan_due_soon', 'uninsured', 'no_pension') OR rule = 'large_stay'
        AND (state = 'unknown' OR coalesce(key AND largest_stay >= 600000, true))
    UNION ALL SELECT rule, subject, 'category', subject FROM finding
        JOIN household ON household = subject
    WHERE rule IN ('no_labour', 'many_dependants')
        OR rule = 'dangerous_house' AND (state = 'unknown' OR key)
    UNION ALL SELECT rule, subject, 'house_grade', subject FROM finding
    WHERE rule = 'dangerous_house'
    UNION ALL SELECT rule, subject, 'net_income', subject FROM finding WHERE rule = 'low_income';
"""


def evidence(paths: dict[str, Path], register: Path) -> str:
    """Value and source rows for everything shown."""
    values = ["birth_date", "labour", *(name for name in WHERE if name != "house_grade")]
    value = "\n".join(f"WHEN '{name}' THEN hit.{name}::VARCHAR" for name in values)
    rows = " UNION ALL ".join(
        f"SELECT '{name}' AS fact, person, row, '{paths[feed].name}' AS file FROM hit_row "
        f"WHERE feed = '{feed}' AND ({where})"
        for name, (feed, where) in WHERE.items()
        if name != "house_grade"
    )
    return f"""
CREATE TEMP TABLE hit_row AS SELECT * FROM delivered
    WHERE person IN (SELECT person FROM shown);
CREATE TEMP TABLE hit_person AS SELECT person.*, number, labour::VARCHAR AS labour
    FROM person JOIN read_parquet('{register}/persons.parquet', file_row_number = true) AS p
        ON file_row_number = person
    WHERE person IN (SELECT person FROM shown UNION SELECT subject FROM finding
        WHERE rule IN ({", ".join(repr(rule) for rule in PERSON_RULES)}));
CREATE TEMP TABLE source AS {rows};
CREATE TEMP TABLE numbered AS SELECT finding.*, number FROM finding JOIN hit_person
        ON subject = person WHERE rule IN ({", ".join(repr(rule) for rule in PERSON_RULES)})
    UNION ALL SELECT finding.*, number FROM finding JOIN household ON subject = household
        WHERE rule IN ({", ".join(repr(rule) for rule in HOUSEHOLD_RULES)});
CREATE TEMP TABLE evidence AS
    SELECT shown.rule, numbered.number, shown.fact, hit.number AS person,
        CASE shown.fact {value} END AS value, file, row
    FROM shown JOIN numbered USING (rule, subject) JOIN hit_person AS hit USING (person)
        LEFT JOIN source USING (fact, person);
INSERT INTO evidence
    SELECT shown_household.rule, numbered.number, shown_household.fact, NULL,
        CASE shown_household.fact WHEN 'category' THEN category
            WHEN 'house_grade' THEN house_grade ELSE net_income::VARCHAR END, file, row
    FROM shown_household JOIN numbered USING (rule, subject) JOIN household USING (household)
        JOIN house USING (household)
        LEFT JOIN (SELECT 'house_grade' AS fact, household, row, '{paths["housing"].name}' AS file
            FROM delivered JOIN (SELECT person, household FROM person) USING (person)
            WHERE feed = 'housing') AS inspected USING (fact, household);
"""


def run(source: Path, as_of: date) -> dict[str, Any]:
    """Findings, evidence and counts of unusable rows."""
    paths = newest(source, as_of)
    figures = {
        "$day": f"DATE '{as_of}'",
        "$stay_line": str(in_force(STAY_LINE, as_of)),
        "$income_line": str(in_force(INCOME_LINE, as_of)),
    }

    def filled(statements: str) -> str:
        for name, figure in figures.items():
            statements = statements.replace(name, figure)
        return statements

    with duckdb.connect() as connection:
        connection.execute(MACROS)
        connection.execute(read(source, paths))
        incomplete = gaps(connection, source, paths)
        for step in (
            person_facts(paths, source / "register", incomplete),
            HOUSEHOLDS,
            findings(incomplete),
            shown(),
            evidence(paths, source / "register"),
        ):
            connection.execute(filled(step))
        columns = {
            "findings": "SELECT rule, number, state FROM numbered",
            "evidence": "SELECT rule, number, fact, person, value, file, row FROM evidence",
            "counts": "SELECT feed, rejected, outsiders FROM counts",
        }
        return {name: connection.sql(query).to_arrow_table() for name, query in columns.items()}
