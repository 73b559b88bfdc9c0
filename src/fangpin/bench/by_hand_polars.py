"""The benchmark's job written by hand in Polars: Parquet files → findings with evidence.

Nothing of the engine is used: facts, figures and rules stand here in Polars' own idiom, unknown
being null. `run` returns data frames; `fangpin.bench.result` describes them.
"""

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from fangpin.bench.job import (
    DEPENDANTS,
    FEEDS_OF_HOUSEHOLD_RULES,
    INCOME_LINE,
    MEDICAL_LINE,
    OVERDUE_LINE,
    PERSON_EVIDENCE,
    POSTS_MOST,
    STAY_LINE,
    STAY_LINE_KEY,
    VEHICLE_LINE,
    WAGE_INSURED,
    WAGE_PER_HEAD,
    in_force,
    newest,
)

WIDE: Final = "０１２３４５６７８９Ｘｘ"
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_c = pl.col

Absent = bool | int | date | None


# ---- identity numbers ----------------------------------------------------------------------------


def narrow(number: pl.Expr) -> pl.Expr:
    """Full-width digits and letters as ASCII."""
    return number.str.replace_many(list(WIDE), [*"0123456789XX"])


def tidy(number: pl.Expr) -> pl.Expr:
    """Without spaces around, upper case, 15 digits extended to 18."""
    number = number.str.strip_chars().str.to_uppercase()
    old = number.str.head(6) + "19" + number.str.slice(6)
    extended = old + check_digit(old)
    return pl.when(number.str.contains(r"^\d{15}$")).then(extended).otherwise(number)


def check_digit(number: pl.Expr) -> pl.Expr:
    total = pl.sum_horizontal(
        number.str.slice(place, 1).cast(pl.Int32, strict=False) * weight
        for place, weight in enumerate(WEIGHTS)
    )
    return (total % 11).replace_strict(dict(enumerate("10X98765432")), return_dtype=pl.String)


def is_valid(number: pl.Expr) -> pl.Expr:
    born = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return (
        number.str.contains(r"^\d{17}[\dX]$")
        & ~number.str.starts_with("999999")
        & born.is_between(date(1900, 1, 1), date(2099, 12, 31)).fill_null(False)
        & (number.str.tail(1) == check_digit(number))
    )


def split(number: str = "id_number") -> dict[str, pl.Expr]:
    """17 digits as an integer, which joins much faster than text, and the rest as it stands."""
    return {
        "digits": _c(number).str.head(17).cast(pl.Int64, strict=False),
        "rest": _c(number).str.slice(17),
    }


def match(rows: pl.DataFrame, register: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`person` for each row; counts of rejected rows and of outsiders by delivery.

    Registered numbers are valid, so only rows that match none are tidied and checked.
    """
    register = register.select("person", **split())
    person = (
        rows.select(**split())
        .join(register, on="digits", how="left", maintain_order="left")
        .select(pl.when(_c("rest") == _c("rest_right")).then("person"))
    )["person"]
    left = rows.select("feed", "id_number", at=pl.int_range(pl.len(), dtype=pl.UInt32))
    left = left.filter(person.is_null())
    wide = _c("id_number").str.len_bytes() > _c("id_number").str.len_chars()
    left = pl.concat(
        [
            left.filter(wide).with_columns(id_number=narrow(_c("id_number"))),
            left.filter(~wide),
        ]
    ).with_columns(id_number=tidy(_c("id_number")))
    left = left.with_columns(good=is_valid(_c("id_number")))
    good = left.filter("good").with_columns(**split())
    known = good.join(register, on=["digits", "rest"])
    person = person.scatter(known["at"], known["person"])
    counts = (
        left.group_by("feed")
        .agg(rejected=(~_c("good")).sum(), outsiders=_c("good").sum().cast(pl.Int64))
        .join(known.group_by("feed").agg(known=pl.len()), on="feed", how="left")
        .with_columns(outsiders=_c("outsiders") - _c("known").fill_null(0))
    )
    return rows.select("row", person), counts


# ---- reading -------------------------------------------------------------------------------------


class Data:
    """The register, and each delivery's rows with the person they are about."""

    def __init__(self, source: Path, as_of: date) -> None:
        self.paths = newest(source, as_of)
        folder = source / "register"
        scans = [
            pl.scan_parquet(folder / "places.parquet").select(village_code="code"),
            pl.scan_parquet(folder / "households.parquet"),
            pl.scan_parquet(folder / "persons.parquet"),
            pl.scan_parquet(folder / "identity.parquet").with_row_index("person"),
            *(pl.scan_parquet(path) for path in self.paths.values()),
        ]
        places, self.households, self.persons, register, *read = pl.collect_all(scans)
        self.households = self.households.with_columns(key=_c("category") != "general")
        rows = pl.concat(
            frame.select(
                "id_number",
                feed=pl.lit(feed, pl.Categorical),
                row=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32),
            )
            for feed, frame in zip(self.paths, read, strict=True)
        )
        matched, self.counts = match(rows, register)
        self.feeds: dict[str, pl.DataFrame] = {}
        start = 0
        for feed, frame in zip(self.paths, read, strict=True):
            own = matched.slice(start, frame.height).select("person", "row")
            start += frame.height
            frame = frame.drop("id_number").hstack(own)
            self.feeds[feed] = frame.filter(_c("person").is_not_null())
        self.village = self.households["village"].gather(self.persons["household"])
        self.unsure, self.late = self._gaps(source, places)

    def _gaps(
        self, source: Path, places: pl.DataFrame
    ) -> tuple[dict[str, pl.Series], dict[str, pl.Series]]:
        """Villages by contract: where a missing row says nothing; where no row says anything."""
        if not (source / "coverage.parquet").exists():
            return {}, {}
        coverage = pl.read_parquet(source / "coverage.parquet").join(
            places.with_row_index("village"), on="village_code"
        )
        unsure, late = {}, {}
        for feed, path in self.paths.items():
            month = date.fromisoformat(f"{path.stem.partition('@')[2]}-01")
            own = coverage.filter((_c("contract") == feed) & (_c("period") == month))
            if own.height:
                unsure[feed] = own["village"].unique()
                late[feed] = own.filter(_c("status").is_in(["late", "quarantined"]))["village"]
        return unsure, late

    def persons_in(self, villages: pl.Series) -> pl.Series:
        return self.village.is_in(villages.implode()).arg_true()


# ---- facts ---------------------------------------------------------------------------------------


class Facts:
    """A dense column per fact of a person or household; `rows` the delivered rows behind it."""

    def __init__(self, data: Data, as_of: date) -> None:
        self.data = data
        self.rows: dict[str, tuple[str, pl.DataFrame]] = {}
        self.columns: dict[str, pl.Series] = {}
        self._read(as_of)
        self.persons = data.persons.with_columns(
            *self.columns.values(),
            key=data.households["key"].gather(data.persons["household"]),
        )
        self.household_of = data.persons["household"]

    def _read(self, as_of: date) -> None:
        day = pl.lit(as_of)
        status, kind = _c("status"), _c("kind")
        self._any("dead", "deaths")
        self._value("died_on", "deaths", None, _c("died_on").max(), None)
        self._any("insured", "insurance", status.is_in(["paid", "exempt"]))
        self._value(
            "medical_12_months",
            "medical",
            _c("settled_on") > day.dt.offset_by("-12mo"),
            _c("self_paid").sum(),
            0,
        )
        stay = pl.coalesce("original_receipt", "receipt")
        self._value(
            "largest_stay", "medical", kind == "inpatient", _c("self_paid").sum(), 0, within=stay
        )
        self._any("pension", "benefits", kind == "pension")
        self._any("nursing", "benefits", kind == "nursing")
        self._value("last_paid_on", "benefits", None, _c("paid_on").max(), date(2000, 1, 1))
        self._any("on_roll", "school_roll", status == "attending")
        self._any("marked_left", "school_roll", status == "left")
        self._any("working", "work", status == "employed")
        self._value("wage", "work", status == "employed", _c("monthly_wage").sum(), 0)
        recent = _c("since") > day.dt.offset_by("-3mo")
        self._any("lost_job", "work", (status == "lost") & recent)
        self._any("on_subsistence", "subsistence", _c("monthly_amount") > 0)
        self._any("severe", "disability", _c("level").is_in(["one", "two"]))
        self._value("overdue", "microloans", _c("due_on") < day, _c("balance").sum(), 0)
        soon = _c("due_on").is_between(day, day.dt.offset_by("30d"))
        self._value("due_soon", "microloans", soon, _c("balance").sum(), 0)
        self._value("vehicle_value", "assets", kind == "vehicle", _c("value").sum(), 0)
        self._any("owns_business", "assets", kind == "business")
        self._value("posts_held", "posts", None, _c("post").n_unique().cast(pl.Int64), 0)
        self._house_grade()

    def _any(self, name: str, feed: str, where: pl.Expr | None = None) -> None:
        """True for whom a row counts; null where a row without a state may, or rows are missing."""
        column, counting = self._start(name, feed, where, False, pl.Boolean())
        self._end(name, feed, column.scatter(counting["person"], True))

    def _value(
        self,
        name: str,
        feed: str,
        where: pl.Expr | None,
        value: pl.Expr,
        absent: Absent,
        within: pl.Expr | None = None,
    ) -> None:
        """`value` over the rows that count; the largest of such values by `within`."""
        dtype = self.data.feeds[feed].select(value).dtypes[0]
        column, counting = self._start(name, feed, where, absent, dtype)
        if within is None:
            found = counting.group_by("person").agg(value.alias("value"))
        else:
            found = counting.group_by("person", within.alias("_of")).agg(value.alias("value"))
            found = found.group_by("person").agg(_c("value").max())
        self._end(name, feed, column.scatter(found["person"], found["value"]))

    def _start(
        self, name: str, feed: str, where: pl.Expr | None, absent: Absent, dtype: pl.DataType
    ) -> tuple[pl.Series, pl.DataFrame]:
        """What holds without a row that counts, and the rows that count."""
        frame = self.data.feeds[feed]
        column = pl.repeat(absent, self.data.persons.height, dtype=dtype, eager=True)
        if feed in self.data.unsure:
            column = column.scatter(self.data.persons_in(self.data.unsure[feed]), None)
        if where is not None:
            counts = frame.select(where.alias("counts"))["counts"]
            column = column.scatter(frame.filter(counts.is_null())["person"], None)
            frame = frame.filter(counts)
        self.rows[name] = (feed, frame.select("person", "row"))
        return column, frame

    def _end(self, name: str, feed: str, column: pl.Series) -> None:
        if feed in self.data.late:
            column = column.scatter(self.data.persons_in(self.data.late[feed]), None)
        self.columns[name] = column.alias(name)

    def _house_grade(self) -> None:
        """Of the household, from whichever member the inspection names; the latest counts."""
        data = self.data
        frame = data.feeds["housing"]
        frame = frame.with_columns(household=data.persons["household"].gather(frame["person"]))
        latest = frame.sort("inspected_on", "row").group_by("household").agg(_c("grade").last())
        grade = pl.repeat("a", data.households.height, dtype=pl.String, eager=True)
        unsure, late = data.unsure.get("housing"), data.late.get("housing")
        if unsure is not None:
            inside = data.households["village"].is_in(unsure.implode())
            grade = grade.scatter(inside.arg_true(), None)
        grade = grade.scatter(latest["household"], latest["grade"].cast(pl.String))
        if late is not None:
            inside = data.households["village"].is_in(late.implode())
            grade = grade.scatter(inside.arg_true(), None)
        self.house_grade = grade
        self.rows["house_grade"] = ("housing", frame.select("household", "row"))

    # ---- from members to households --------------------------------------------------------------

    def any_member(self, holds: pl.Series) -> pl.Series:
        """Kleene: true, or null where somebody is unknown and nobody known true."""
        of = self.household_of
        result = pl.repeat(False, self.data.households.height, dtype=pl.Boolean, eager=True)
        if holds.null_count():
            result = result.scatter(of.filter(holds.is_null()), None)
        return result.scatter(of.filter(holds), True)

    def total(self, values: pl.Series, known_only: bool = False) -> pl.Series:
        """Sum over the members; null where one is unknown unless `known_only`."""
        of = self.household_of
        some = pl.DataFrame({"household": of, "value": values}).filter(_c("value") != 0)
        sums = some.group_by("household").agg(_c("value").cast(pl.Int64).sum())
        result = pl.repeat(0, self.data.households.height, dtype=pl.Int64, eager=True)
        result = result.scatter(sums["household"], sums["value"])
        if values.null_count() and not known_only:
            result = result.scatter(of.filter(values.is_null()), None)
        return result


# ---- rules ---------------------------------------------------------------------------------------


def person_rules(as_of: date) -> dict[str, pl.Expr]:
    day = pl.lit(as_of)
    born, key, dead = _c("birth_date"), _c("key"), _c("dead")

    def at_least(years: int) -> pl.Expr:
        return born <= day.dt.offset_by(f"-{years}y")

    def below(years: int) -> pl.Expr:
        return born > day.dt.offset_by(f"-{years}y")

    stay = _c("largest_stay")
    return {
        "out_of_school": at_least(6) & below(16) & ~_c("on_roll") & ~_c("severe") & ~dead,
        "left_school": _c("marked_left") & ~_c("on_roll") & below(16) & ~dead,
        "large_stay": (stay >= in_force(STAY_LINE, as_of)) | (key & (stay >= STAY_LINE_KEY)),
        "work_lost": _c("lost_job") & key & at_least(18) & below(60) & ~_c("working") & ~dead,
        "overdue_loan": _c("overdue") > OVERDUE_LINE,
        "loan_due_soon": key & (_c("due_soon") > 0) & ~(_c("overdue") > 0),
        "child_at_work": _c("working") & below(16),
        "uninsured": key & ~_c("insured") & ~(_c("wage") >= WAGE_INSURED) & ~dead,
        "no_nursing_allowance": _c("severe") & ~_c("nursing") & ~dead,
        "no_pension": at_least(60) & key & ~_c("pension") & ~dead,
        "paid_after_death": dead & (_c("last_paid_on") > _c("died_on").dt.offset_by("31d")),
        "subsistence_after_death": dead
        & _c("on_subsistence")
        & (_c("died_on") < day.dt.offset_by("-60d")),
        "several_posts": _c("posts_held") > POSTS_MOST,
        "post_above_age": (_c("posts_held") >= 1) & at_least(66) & ~dead,
        "pension_too_early": _c("pension") & below(60) & ~_c("severe"),
    }


class Households:
    """Rules about households; `members` keeps for whom the parts of a rule hold."""

    def __init__(self, facts: Facts, as_of: date) -> None:
        self.facts = facts
        data, persons = facts.data, facts.persons
        day = pl.lit(as_of)
        born = _c("birth_date")
        young = born > day.dt.offset_by("-16y")
        old = born <= day.dt.offset_by("-60y")
        able = _c("labour").is_in(["weak", "ordinary", "skilled"])
        parts = persons.select(
            alive=~_c("dead"),
            lost=_c("lost_job") & ~_c("dead"),
            able=_c("key") & able & ~young & ~old & ~_c("dead"),
            dependant=_c("key") & (young | old | _c("severe")),
            disabled=_c("severe") & ~_c("dead"),
            owner=_c("owns_business") & ~_c("dead"),
            young=young,
            old=old,
        )
        self.parts = parts
        size = data.persons["household"].rle().struct.field("len").cast(pl.Int64)
        alive = size - facts.total(~parts["alive"])
        listed = facts.any_member(persons["on_subsistence"])
        key = data.households["key"]
        income = data.households["net_income"]
        medical = facts.total(persons["medical_12_months"])
        known_medical = facts.total(persons["medical_12_months"], known_only=True)
        wages = facts.total(persons["wage"])
        frame = pl.DataFrame(
            {
                "key": key,
                "listed": listed,
                "grade": facts.house_grade,
                "medical": medical,
                "known_medical": known_medical,
                "lost": facts.any_member(parts["lost"]),
                "working": facts.any_member(persons["working"]),
                "per_head": per_head(income, alive),
                "somebody": facts.any_member(parts["alive"]),
                "able": facts.any_member(parts["able"]),
                "dependants": facts.total(parts["dependant"]) / size,
                "disabled": facts.total(parts["disabled"]),
                "vehicles": facts.total(persons["vehicle_value"]),
                "owner": facts.any_member(parts["owner"]),
                "wage_per_head": per_head(wages, alive),
            }
        )
        self.frame = frame
        free = ~_c("listed")
        self.rules = frame.select(
            medical_burden=(_c("known_medical") >= MEDICAL_LINE) | (_c("medical") >= MEDICAL_LINE),
            dangerous_house=_c("grade").is_in(["c", "d"]) & (_c("key") | _c("listed")),
            no_earner_left=_c("lost") & ~_c("working"),
            low_income=(_c("per_head") < in_force(INCOME_LINE, as_of)) & free,
            no_labour=_c("key") & _c("somebody") & ~_c("able") & free,
            many_dependants=_c("key") & (_c("dependants") >= DEPENDANTS) & free,
            several_disabled=(_c("disabled") >= 2) & free,
            vehicle_with_subsistence=_c("listed") & (_c("vehicles") > VEHICLE_LINE),
            business_with_subsistence=_c("listed") & _c("owner"),
            wages_with_subsistence=_c("listed") & (_c("wage_per_head") > WAGE_PER_HEAD),
        )


def per_head(amount: pl.Series, heads: pl.Series) -> pl.Series:
    """Fen per living member, halves away from zero; null without one."""
    frame = pl.DataFrame({"amount": amount, "heads": heads})
    rounded = (2 * _c("amount").abs() + _c("heads")) // (2 * _c("heads"))
    return frame.select(
        pl.when(_c("heads") > 0).then(rounded * _c("amount").sign()).alias("per_head")
    )["per_head"]


# ---- findings and what they rest on --------------------------------------------------------------


class Shown:
    """Evidence by fact: rule, subject (row) and person or household (row) whose fact it is."""

    def __init__(self) -> None:
        self.persons: dict[str, list[pl.DataFrame]] = {}
        self.households: dict[str, list[pl.DataFrame]] = {}

    def person(self, fact: str, frame: pl.DataFrame) -> None:
        self.persons.setdefault(fact, []).append(frame.select("rule", "subject", "person"))

    def household(self, fact: str, frame: pl.DataFrame) -> None:
        own = frame.select("rule", "subject", "household")
        self.households.setdefault(fact, []).append(own)


def decided(outcome: pl.Series, area: pl.Series | None) -> pl.DataFrame:
    """Subjects hit (new), and those unknown although all is delivered for their area."""
    new = pl.DataFrame({"subject": outcome.arg_true()}).with_columns(state=pl.lit("new"))
    if not outcome.null_count():
        return new
    unclear = outcome.is_null() if area is None else outcome.is_null() & ~area
    unknown = pl.DataFrame({"subject": unclear.arg_true()})
    return pl.concat([new, unknown.with_columns(state=pl.lit("unknown"))])


def person_findings(facts: Facts, as_of: date, shown: Shown) -> pl.DataFrame:
    rules = person_rules(as_of)
    outcomes = facts.persons.select(**rules)
    frames = []
    for rule in rules:
        names = PERSON_EVIDENCE[rule]
        hits = decided(outcomes[rule], area(facts, rule_feeds(facts, names), facts.data.village))
        hits = hits.with_columns(rule=pl.lit(rule), person=_c("subject"))
        hits = hits.with_columns(household=facts.household_of.gather(hits["subject"]))
        frames.append(hits)
        for name in names:
            if name == "category":
                shown.household(name, hits)
            else:
                shown.person(name, hits)
        if rule == "large_stay":
            own = facts.persons.select("key", "largest_stay")[hits["subject"]]
            by_category = own["key"] & (own["largest_stay"] >= STAY_LINE_KEY)
            by_category = by_category.fill_null(True) | (hits["state"] == "unknown")
            shown.household("category", hits.filter(by_category))
    found = pl.concat(frames).select("rule", "subject", "state")
    return found.with_columns(number=facts.persons["number"].gather(found["subject"]))


def rule_feeds(facts: Facts, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({facts.rows[name][0] for name in names if name in facts.rows})


def area(facts: Facts, feeds: tuple[str, ...], village: pl.Series) -> pl.Series | None:
    """Rows in villages for which one of the deliveries is not complete."""
    gaps = [facts.data.unsure[feed] for feed in feeds if feed in facts.data.unsure]
    return village.is_in(pl.concat(gaps).implode()) if gaps else None


def household_findings(facts: Facts, as_of: date, shown: Shown) -> pl.DataFrame:
    households = Households(facts, as_of)
    village = facts.data.households["village"]
    frames = []
    for rule in households.rules.columns:
        hits = decided(households.rules[rule], area(facts, FEEDS_OF_HOUSEHOLD_RULES[rule], village))
        frames.append(hits.with_columns(rule=pl.lit(rule), household=_c("subject")))
    found = pl.concat(frames)
    members = (
        facts.persons.hstack(households.parts)
        .with_row_index("person")
        .filter(facts.household_of.is_in(found["subject"].unique().implode()))
        .join(found.drop("household"), left_on="household", right_on="subject")
        .with_columns(subject=_c("household"))
    )
    own = found.hstack(households.frame[found["subject"]])
    household_evidence(own, members, shown)
    return found.select(
        "rule",
        "subject",
        "state",
        number=facts.data.households["number"].gather(found["subject"]),
    )


def speaking(members: pl.DataFrame, rule: str, holds: pl.Expr) -> pl.DataFrame:
    """Members for whom it holds or may hold; all of them where it is so for none."""
    own = members.filter(_c("rule") == rule).with_columns(_speaks=holds.fill_null(True))
    return own.filter(_c("_speaks") | ~_c("_speaks").any().over("subject"))


def household_evidence(own: pl.DataFrame, members: pl.DataFrame, shown: Shown) -> None:
    """Which members and which of their facts speak for each rule."""

    def show(rule: str, holds: pl.Expr, *names: str) -> None:
        chosen = speaking(members, rule, holds)
        for name in names:
            shown.person(name, chosen)

    def of(*rules: str) -> pl.DataFrame:
        return own.filter(_c("rule").is_in(rules))

    listed = _c("on_subsistence")
    show("medical_burden", _c("medical_12_months") != 0, "medical_12_months")
    house = of("dangerous_house")
    shown.household("house_grade", house)
    open_ = _c("state") == "unknown"
    shown.household("category", house.filter(_c("key") | open_))
    by_list = house.filter(_c("listed").fill_null(False) | open_)["subject"]
    shown.person(
        "on_subsistence",
        speaking(members.filter(_c("subject").is_in(by_list.implode())), "dangerous_house", listed),
    )
    show("no_earner_left", _c("lost"), "lost_job", "dead")
    show("no_earner_left", _c("working"), "working")
    shown.household("net_income", of("low_income"))
    show("low_income", _c("alive"), "dead")
    shown.household("category", of("no_labour", "many_dependants"))
    show("no_labour", _c("alive"), "dead")
    show("no_labour", _c("able"), "labour", "birth_date", "dead")
    dependants = speaking(members, "many_dependants", _c("dependant"))
    unclear = _c("dependant").is_null()
    shown.person("birth_date", dependants.filter(_c("young") | _c("old") | unclear))
    shown.person("severe", dependants.filter(_c("severe") | unclear))
    show("several_disabled", _c("disabled"), "severe", "dead")
    for rule in ("low_income", "no_labour", "many_dependants", "several_disabled"):
        show(rule, listed, "on_subsistence")
    show("vehicle_with_subsistence", listed, "on_subsistence")
    show("vehicle_with_subsistence", _c("vehicle_value") != 0, "vehicle_value")
    show("business_with_subsistence", listed, "on_subsistence")
    show("business_with_subsistence", _c("owner"), "owns_business", "dead")
    show("wages_with_subsistence", listed, "on_subsistence")
    show("wages_with_subsistence", _c("wage") != 0, "wage")
    show("wages_with_subsistence", _c("alive"), "dead")


def evidence(facts: Facts, shown: Shown, findings: pl.DataFrame) -> pl.DataFrame:
    """Value and source rows for everything shown; `findings` gives the subjects' numbers."""
    frames = []
    for name, pieces in shown.persons.items():
        frame = pl.concat(pieces).unique()
        value = facts.persons[name].gather(frame["person"]).cast(pl.String)
        number = facts.persons["number"].gather(frame["person"])
        frame = frame.with_columns(value=value, person_number=number)
        frames.append(located(facts, name, frame, "person"))
    for name, pieces in shown.households.items():
        frame = pl.concat(pieces).unique()
        column = facts.house_grade if name == "house_grade" else facts.data.households[name]
        value = column.gather(frame["household"]).cast(pl.String)
        frame = frame.with_columns(value=value, person_number=pl.lit(None, pl.String))
        frames.append(located(facts, name, frame, "household"))
    entries = pl.concat(frames)
    return entries.join(findings.select("rule", "subject", "number"), on=["rule", "subject"])


def located(facts: Facts, name: str, frame: pl.DataFrame, of: str) -> pl.DataFrame:
    """One entry per source row that counts for the fact; one without row where there is none."""
    file = pl.lit(None, pl.String)
    if name in facts.rows:
        feed, rows = facts.rows[name]
        wanted = rows.filter(_c(of).is_in(frame[of].unique().implode()))
        frame = frame.join(wanted, on=of, how="left")
        file = pl.when(_c("row").is_not_null()).then(pl.lit(facts.data.paths[feed].name))
    else:
        frame = frame.with_columns(row=pl.lit(None, pl.UInt32))
    return frame.select(
        "rule",
        "subject",
        pl.lit(name).alias("fact"),
        _c("person_number").alias("person"),
        "value",
        file.alias("file"),
        "row",
    )


def run(source: Path, as_of: date) -> dict[str, pl.DataFrame]:
    """Findings, evidence and counts of unusable rows."""
    data = Data(source, as_of)
    facts = Facts(data, as_of)
    shown = Shown()
    findings = pl.concat(
        [person_findings(facts, as_of, shown), household_findings(facts, as_of, shown)]
    )
    found = evidence(facts, shown, findings)
    return {
        "findings": findings.select("rule", "number", "state"),
        "evidence": found.select("rule", "number", "fact", "person", "value", "file", "row"),
        "counts": data.counts,
    }
