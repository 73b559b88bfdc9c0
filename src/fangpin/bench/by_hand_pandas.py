"""The benchmark's job written by hand in pandas: Parquet files → findings with evidence.

Nothing of the engine is used: facts, figures and rules stand here in pandas' own idiom, unknown
being NA of the nullable types (whose `&` and `|` are three-valued). `run` returns data frames;
`fangpin.bench.result` describes them.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

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

_WIDE: Final = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = np.array(list("10X98765432"))


def table(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    return pq.read_table(path, columns=columns).to_pandas(date_as_object=False)


# ---- identity numbers ----------------------------------------------------------------------------


def check_digits(numbers: pd.Series) -> pd.Series:
    """The 18th character for texts of 17 digits or more."""
    total = sum(
        numbers.str[place].astype("int64") * weight for place, weight in enumerate(_WEIGHTS)
    )
    return pd.Series(_CHECK[total % 11], index=numbers.index, dtype=numbers.dtype)


def tidied(numbers: pd.Series) -> pd.Series:
    numbers = numbers.str.translate(_WIDE).str.strip().str.upper()
    old = numbers.str.fullmatch(r"\d{15}")
    longer = numbers[old].str[:6] + "19" + numbers[old].str[6:]
    numbers = numbers.copy()
    numbers[old] = longer + check_digits(longer)
    return numbers


def valid(numbers: pd.Series) -> pd.Series:
    good = numbers.str.fullmatch(r"\d{17}[\dX]") & ~numbers.str.startswith("999999")
    shaped = numbers[good]
    born = pd.to_datetime(shaped.str[6:14], format="%Y%m%d", errors="coerce")
    right = born.between("1900-01-01", "2099-12-31") & (check_digits(shaped) == shaped.str[17])
    good[good] = right.to_numpy()
    return good


# ---- reading -------------------------------------------------------------------------------------


class Data:
    """The register, and each delivery's rows with the person they are about."""

    def __init__(self, source: Path, as_of: date) -> None:
        self.paths = newest(source, as_of)
        register = source / "register"
        self.households = table(register / "households.parquet")
        self.households["key"] = self.households["category"] != "general"
        self.persons = table(register / "persons.parquet")
        self.household = self.persons["household"].to_numpy()
        self.persons["key"] = self.households["key"].to_numpy()[self.household]
        self.village = self.households["village"].to_numpy()[self.household]
        feeds = {}
        for feed, path in self.paths.items():
            feeds[feed] = table(path)
            feeds[feed]["row"] = np.arange(1, len(feeds[feed]) + 1)
        identity = table(register / "identity.parquet")["id_number"]
        rows = pd.concat([frame["id_number"] for frame in feeds.values()], keys=feeds)
        person, self.counts = matched(rows, identity)
        self.feeds = {}
        for feed, frame in feeds.items():
            frame["person"] = person.loc[feed]
            frame = frame.drop(columns="id_number").dropna(subset="person")
            frame["person"] = frame["person"].astype("int64")
            self.feeds[feed] = frame
        self.unsure: dict[str, np.ndarray] = {}
        self.late: dict[str, np.ndarray] = {}
        self._gaps(source, table(register / "places.parquet", ["code"])["code"])

    def _gaps(self, source: Path, places: pd.Series) -> None:
        if not (source / "coverage.parquet").exists():
            return
        coverage = table(source / "coverage.parquet")
        coverage["village"] = coverage["village_code"].map(pd.Series(places.index, index=places))
        for feed, path in self.paths.items():
            month = pd.Timestamp(f"{path.stem.partition('@')[2]}-01")
            own = coverage[(coverage["contract"] == feed) & (coverage["period"] == month)]
            if len(own):
                self.unsure[feed] = own["village"].to_numpy()
                late = own["status"].isin(["late", "quarantined"])
                self.late[feed] = own.loc[late, "village"].to_numpy()


def matched(rows: pd.Series, identity: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Person (row of the register) per row; rejected rows and outsiders by delivery.

    Registered numbers are valid, so only rows that match none are tidied and checked.
    """
    register = pd.Series(identity.index, index=identity)
    person = rows.map(register)
    left = tidied(rows[person.isna()])
    good = valid(left)
    found = left[good].map(register)
    person.loc[found.index] = found
    feed = left.index.get_level_values(0)
    unknown = found[found.isna()]
    counts = pd.DataFrame(
        {
            "rejected": (~good).groupby(feed).sum(),
            "outsiders": unknown.groupby(unknown.index.get_level_values(0)).size(),
        }
    )
    return person, counts.fillna(0).rename_axis("feed").reset_index()


# ---- facts ---------------------------------------------------------------------------------------


class Facts:
    """`persons` with a column per fact; `rows` the delivered rows that count for it."""

    def __init__(self, data: Data, as_of: date) -> None:
        self.data = data
        self.persons = data.persons
        self.rows: dict[str, tuple[str, pd.DataFrame]] = {}
        day = pd.Timestamp(as_of)
        feeds = data.feeds
        status = {name: feeds[name]["status"] for name in ("insurance", "school_roll", "work")}
        kind = {name: feeds[name]["kind"] for name in ("medical", "benefits", "assets")}
        self._any("dead", "deaths")
        self._value("died_on", "deaths", None, "died_on", "max", pd.NaT)
        self._any("insured", "insurance", status["insurance"].isin(["paid", "exempt"]))
        settled_on = feeds["medical"]["settled_on"]
        recent = settled_on > day - pd.DateOffset(months=12)
        self._value("medical_12_months", "medical", recent, "self_paid", "sum", 0)
        self._largest_stay(kind["medical"] == "inpatient")
        self._any("pension", "benefits", kind["benefits"] == "pension")
        self._any("nursing", "benefits", kind["benefits"] == "nursing")
        never = pd.Timestamp(2000, 1, 1)
        self._value("last_paid_on", "benefits", None, "paid_on", "max", never)
        empty = status["school_roll"].isna()
        self._any("on_roll", "school_roll", status["school_roll"] == "attending", empty)
        self._any("marked_left", "school_roll", status["school_roll"] == "left", empty)
        self._any("working", "work", status["work"] == "employed")
        self._value("wage", "work", status["work"] == "employed", "monthly_wage", "sum", 0)
        since = feeds["work"]["since"]
        lost = status["work"] == "lost"
        new = since > day - pd.DateOffset(months=3)
        self._any("lost_job", "work", lost & new, lost & since.isna())
        self._any("on_subsistence", "subsistence", feeds["subsistence"]["monthly_amount"] > 0)
        self._any("severe", "disability", feeds["disability"]["level"].isin(["one", "two"]))
        due = feeds["microloans"]["due_on"]
        self._value("overdue", "microloans", due < day, "balance", "sum", 0)
        soon = due.between(day, day + pd.Timedelta(days=30))
        self._value("due_soon", "microloans", soon, "balance", "sum", 0)
        self._value("vehicle_value", "assets", kind["assets"] == "vehicle", "value", "sum", 0)
        self._any("owns_business", "assets", kind["assets"] == "business")
        self._value("posts_held", "posts", None, "post", "nunique", 0)
        self._house_grade()

    def _count(self, name: str, feed: str, where: pd.Series | None) -> pd.DataFrame:
        frame = self.data.feeds[feed]
        counting = frame if where is None else frame[where]
        self.rows[name] = (feed, counting[["person", "row"]])
        return counting

    def _any(
        self,
        name: str,
        feed: str,
        where: pd.Series | None = None,
        doubtful: pd.Series | None = None,
    ) -> None:
        """True for whom a row counts; NA where a row without a state may, or rows are missing."""
        data = self.data
        column = pd.array(np.zeros(len(self.persons), dtype=bool), dtype="boolean")
        if feed in data.unsure:
            column[np.isin(data.village, data.unsure[feed])] = pd.NA
        if doubtful is not None:
            column[data.feeds[feed].loc[doubtful, "person"].to_numpy()] = pd.NA
        column[self._count(name, feed, where)["person"].to_numpy()] = True
        if feed in data.late:
            column[np.isin(data.village, data.late[feed])] = pd.NA
        self.persons[name] = column

    def _value(
        self, name: str, feed: str, where: pd.Series | None, of: str, aggregate: str, absent: Any
    ) -> None:
        """The aggregate of the rows that count, or `absent`."""
        counting = self._count(name, feed, where)
        found = counting.groupby("person", sort=False)[of].agg(aggregate)
        self._put(name, feed, found, absent)

    def _put(self, name: str, feed: str, found: pd.Series, absent: Any) -> None:
        data = self.data
        everybody = pd.RangeIndex(len(self.persons))
        column = found.reindex(everybody)
        there = everybody.isin(found.index)
        column[~there] = absent
        if column.dtype == "float64":
            column = column.astype("Int64")
        if feed in data.unsure:
            column[np.isin(data.village, data.unsure[feed]) & ~there] = None
        if feed in data.late:
            column[np.isin(data.village, data.late[feed])] = None
        self.persons[name] = column

    def _largest_stay(self, where: pd.Series) -> None:
        counting = self._count("largest_stay", "medical", where)
        frame = self.data.feeds["medical"].loc[counting.index]
        stay = frame["original_receipt"].fillna(frame["receipt"]).rename("stay")
        net = frame.groupby(["person", stay], sort=False)["self_paid"].sum()
        self._put("largest_stay", "medical", net.groupby("person", sort=False).max(), 0)

    def _house_grade(self) -> None:
        """Of the household, from whichever member the inspection names; the latest counts."""
        data = self.data
        frame = data.feeds["housing"]
        frame = frame.assign(household=data.household[frame["person"]])
        self.rows["house_grade"] = ("housing", frame[["household", "row"]])
        last = frame.sort_values(["inspected_on", "row"]).drop_duplicates("household", keep="last")
        grade = last.set_index("household")["grade"].astype(object)
        grade = grade.reindex(pd.RangeIndex(len(data.households)))
        village = data.households["village"]
        unsure = village.isin(data.unsure.get("housing", []))
        grade = grade.where(grade.notna() | unsure, "a")
        self.house_grade = grade.mask(village.isin(data.late.get("housing", [])))

    # ---- from members to households --------------------------------------------------------------

    def any_member(self, holds: pd.Series) -> pd.Series:
        """Kleene: true, or NA where somebody is unknown and nobody known true."""
        true = self._sum(holds.fillna(False).to_numpy(dtype=bool)) > 0
        unknown = self._sum(holds.isna().to_numpy()) > 0
        result = pd.Series(true, dtype="boolean")
        result[unknown & ~true] = pd.NA
        return result

    def total(self, values: pd.Series, known_only: bool = False) -> pd.Series:
        """Sum over the members; NA where one is unknown unless `known_only`."""
        sums = pd.Series(self._sum(values.to_numpy(dtype="int64", na_value=0)), dtype="Int64")
        if not known_only:
            sums[self._sum(values.isna().to_numpy()) > 0] = pd.NA
        return sums

    def _sum(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(pd.Series(values).groupby(self.data.household, sort=False).sum())


# ---- rules ---------------------------------------------------------------------------------------


def compared(dates: pd.Series, compare: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """A comparison of dates with NA where the date is missing."""
    return compare(dates).astype("boolean").mask(dates.isna())


class Ages:
    """Who is how old at least, as nullable columns."""

    def __init__(self, born: pd.Series, as_of: date) -> None:
        self._born = born
        self._day = pd.Timestamp(as_of)

    def at_least(self, years: int) -> pd.Series:
        turned = self._day - pd.DateOffset(years=years)
        return compared(self._born, lambda born: born <= turned)

    def below(self, years: int) -> pd.Series:
        return ~self.at_least(years)


def person_rules(facts: Facts, as_of: date) -> dict[str, pd.Series]:
    p = facts.persons
    age = Ages(p["birth_date"], as_of)
    alive = ~p["dead"]
    key = p["key"]
    day = pd.Timestamp(as_of)
    stay = p["largest_stay"]
    paid_late = (p["last_paid_on"] > p["died_on"] + pd.Timedelta(days=31)).astype("boolean")
    paid_late = paid_late.mask(p["last_paid_on"].isna() | p["died_on"].isna())
    died_long_ago = compared(p["died_on"], lambda died: died < day - pd.Timedelta(days=60))
    return {
        "out_of_school": age.at_least(6) & age.below(16) & ~p["on_roll"] & ~p["severe"] & alive,
        "left_school": p["marked_left"] & ~p["on_roll"] & age.below(16) & alive,
        "large_stay": (stay >= in_force(STAY_LINE, as_of)) | (key & (stay >= STAY_LINE_KEY)),
        "work_lost": p["lost_job"] & key & age.at_least(18) & age.below(60) & ~p["working"] & alive,
        "overdue_loan": p["overdue"] > OVERDUE_LINE,
        "loan_due_soon": key & (p["due_soon"] > 0) & ~(p["overdue"] > 0),
        "child_at_work": p["working"] & age.below(16),
        "uninsured": key & ~p["insured"] & ~(p["wage"] >= WAGE_INSURED) & alive,
        "no_nursing_allowance": p["severe"] & ~p["nursing"] & alive,
        "no_pension": age.at_least(60) & key & ~p["pension"] & alive,
        "paid_after_death": p["dead"] & paid_late,
        "subsistence_after_death": p["dead"] & p["on_subsistence"] & died_long_ago,
        "several_posts": p["posts_held"] > POSTS_MOST,
        "post_above_age": (p["posts_held"] >= 1) & age.at_least(66) & alive,
        "pension_too_early": p["pension"] & age.below(60) & ~p["severe"],
    }


class Households:
    """Rules about households, and the parts of persons' facts that they are made of."""

    def __init__(self, facts: Facts, as_of: date) -> None:
        p, data = facts.persons, facts.data
        age = Ages(p["birth_date"], as_of)
        young, old = age.below(16), age.at_least(60)
        fit = p["labour"].isin(["weak", "ordinary", "skilled"]).astype("boolean")
        fit = fit.mask(p["labour"].isna())
        key = p["key"].astype("boolean")
        self.parts = parts = pd.DataFrame(
            {
                "alive": ~p["dead"],
                "lost": p["lost_job"] & ~p["dead"],
                "able": key & fit & ~young & ~old & ~p["dead"],
                "dependant": key & (young | old | p["severe"]),
                "disabled": p["severe"] & ~p["dead"],
                "owner": p["owns_business"] & ~p["dead"],
                "young": young,
                "old": old,
            }
        )
        size = pd.Series(np.bincount(data.household, minlength=len(data.households)))
        alive = facts.total(parts["alive"])
        listed = self.listed = facts.any_member(p["on_subsistence"])
        medical = facts.total(p["medical_12_months"])
        known_medical = facts.total(p["medical_12_months"], known_only=True)
        income = data.households["net_income"].astype("Int64")
        grade = facts.house_grade
        bad = grade.isin(["c", "d"]).astype("boolean").mask(grade.isna())
        key = self.key = data.households["key"].astype("boolean")
        dependants = facts.total(parts["dependant"]) / size
        earns = per_head(facts.total(p["wage"]), alive) > WAGE_PER_HEAD
        self.rules = {
            "medical_burden": (known_medical >= MEDICAL_LINE) | (medical >= MEDICAL_LINE),
            "dangerous_house": bad & (key | listed),
            "no_earner_left": facts.any_member(parts["lost"]) & ~facts.any_member(p["working"]),
            "low_income": (per_head(income, alive) < in_force(INCOME_LINE, as_of)) & ~listed,
            "no_labour": key
            & facts.any_member(parts["alive"])
            & ~facts.any_member(parts["able"])
            & ~listed,
            "many_dependants": key & (dependants >= DEPENDANTS) & ~listed,
            "several_disabled": (facts.total(parts["disabled"]) >= 2) & ~listed,
            "vehicle_with_subsistence": listed & (facts.total(p["vehicle_value"]) > VEHICLE_LINE),
            "business_with_subsistence": listed & facts.any_member(parts["owner"]),
            "wages_with_subsistence": listed & earns,
        }


def per_head(amount: pd.Series, heads: pd.Series) -> pd.Series:
    """Fen per living member, halves away from zero; NA without one."""
    some = heads.mask(heads == 0)
    return (2 * amount.abs() + some) // (2 * some) * np.sign(amount)


# ---- findings and what they rest on --------------------------------------------------------------


def area(facts: Facts, feeds: set[str], village: np.ndarray) -> np.ndarray:
    """Rows in villages for which one of the deliveries is not complete."""
    gaps = [facts.data.unsure[feed] for feed in feeds if feed in facts.data.unsure]
    if not gaps:
        return np.zeros(len(village), dtype=bool)
    return np.isin(village, np.concatenate(gaps))


def decided(rule: str, outcome: pd.Series, unsure: np.ndarray) -> pd.DataFrame:
    """Subjects hit (new), and those unknown although all is delivered for their area."""
    new = np.flatnonzero(outcome.fillna(False).to_numpy(dtype=bool))
    unknown = np.flatnonzero(outcome.isna().to_numpy() & ~unsure)
    return pd.DataFrame(
        {
            "rule": rule,
            "subject": np.concatenate([new, unknown]),
            "state": ["new"] * len(new) + ["unknown"] * len(unknown),
        }
    )


class Shown:
    """Evidence by fact: rule, subject (row) and the person or household whose fact it is."""

    def __init__(self) -> None:
        self.pieces: dict[tuple[str, str], list[pd.DataFrame]] = {}

    def add(self, of: str, fact: str, frame: pd.DataFrame) -> None:
        self.pieces.setdefault((of, fact), []).append(frame[["rule", "subject", of]])


def person_findings(facts: Facts, as_of: date, shown: Shown) -> pd.DataFrame:
    frames = []
    for rule, outcome in person_rules(facts, as_of).items():
        names = PERSON_EVIDENCE[rule]
        feeds = {facts.rows[name][0] for name in names if name in facts.rows}
        hits = decided(rule, outcome, area(facts, feeds, facts.data.village))
        hits["person"] = hits["subject"]
        hits["household"] = facts.data.household[hits["subject"]]
        frames.append(hits)
        for name in names:
            shown.add("household" if name == "category" else "person", name, hits)
        if rule == "large_stay":
            own = facts.persons.loc[hits["subject"]].reset_index(drop=True)
            by_category = own["key"] & (own["largest_stay"] >= STAY_LINE_KEY).fillna(True)
            shown.add("household", "category", hits[by_category | (hits["state"] == "unknown")])
    found = pd.concat(frames)[["rule", "subject", "state"]]
    return found.assign(number=facts.persons["number"].to_numpy()[found["subject"]])


def household_findings(facts: Facts, as_of: date, shown: Shown) -> pd.DataFrame:
    households = Households(facts, as_of)
    village = facts.data.households["village"].to_numpy()
    found = pd.concat(
        [
            decided(rule, outcome, area(facts, set(FEEDS_OF_HOUSEHOLD_RULES[rule]), village))
            for rule, outcome in households.rules.items()
        ]
    ).reset_index(drop=True)
    own = found.assign(
        household=found["subject"],
        key=households.key.loc[found["subject"]].array,
        listed=households.listed.loc[found["subject"]].array,
    )
    inside = facts.persons.join(households.parts)
    inside = inside[inside["household"].isin(found["subject"])]
    members = (
        inside.drop(columns="key").rename_axis("person").reset_index().merge(own, on="household")
    )
    household_evidence(own, members, shown)
    return found.assign(number=facts.data.households["number"].to_numpy()[found["subject"]])


def speaking(members: pd.DataFrame, rule: str, holds: pd.Series) -> pd.DataFrame:
    """Members for whom it holds or may hold; all of them where it is so for none."""
    own = members[members["rule"] == rule]
    speaks = holds.loc[own.index].fillna(True).astype(bool)
    somebody = speaks.groupby(own["subject"]).transform("any")
    return own[speaks | ~somebody]


def household_evidence(own: pd.DataFrame, members: pd.DataFrame, shown: Shown) -> None:
    """Which members and which of their facts speak for each rule."""
    m = members

    def show(rule: str, holds: pd.Series, *names: str) -> None:
        chosen = speaking(m, rule, holds)
        for name in names:
            shown.add("person", name, chosen)

    def of(*rules: str) -> pd.DataFrame:
        return own[own["rule"].isin(rules)]

    listed = m["on_subsistence"]
    show("medical_burden", m["medical_12_months"] != 0, "medical_12_months")
    house = of("dangerous_house")
    shown.add("household", "house_grade", house)
    unclear = house["state"] == "unknown"
    shown.add("household", "category", house[house["key"] | unclear])
    by_list = house.loc[house["listed"].fillna(False) | unclear, "subject"]
    shown.add(
        "person",
        "on_subsistence",
        speaking(m[m["subject"].isin(by_list)], "dangerous_house", listed),
    )
    show("no_earner_left", m["lost"], "lost_job", "dead")
    show("no_earner_left", m["working"], "working")
    shown.add("household", "net_income", of("low_income"))
    show("low_income", m["alive"], "dead")
    shown.add("household", "category", of("no_labour", "many_dependants"))
    show("no_labour", m["alive"], "dead")
    show("no_labour", m["able"], "labour", "birth_date", "dead")
    dependants = speaking(m, "many_dependants", m["dependant"])
    open_ = dependants["dependant"].isna()
    by_age = (dependants["young"] | dependants["old"]).fillna(False) | open_
    shown.add("person", "birth_date", dependants[by_age])
    shown.add("person", "severe", dependants[dependants["severe"].fillna(False) | open_])
    show("several_disabled", m["disabled"], "severe", "dead")
    for rule in ("low_income", "no_labour", "many_dependants", "several_disabled"):
        show(rule, listed, "on_subsistence")
    show("vehicle_with_subsistence", listed, "on_subsistence")
    show("vehicle_with_subsistence", m["vehicle_value"] != 0, "vehicle_value")
    show("business_with_subsistence", listed, "on_subsistence")
    show("business_with_subsistence", m["owner"], "owns_business", "dead")
    show("wages_with_subsistence", listed, "on_subsistence")
    show("wages_with_subsistence", m["wage"] != 0, "wage")
    show("wages_with_subsistence", m["alive"], "dead")


def evidence(facts: Facts, shown: Shown, findings: pd.DataFrame) -> pd.DataFrame:
    """Value and source rows for everything shown."""
    frames = []
    for (of, name), pieces in shown.pieces.items():
        frame = pd.concat(pieces).drop_duplicates()
        if of == "person":
            column = facts.persons[name]
            number = facts.persons["number"].to_numpy()[frame["person"]]
        else:
            column = facts.house_grade if name == "house_grade" else facts.data.households[name]
            number = None
        frame = frame.assign(
            fact=name, value=texts(column.loc[frame[of]]), person_number=number, file=None
        )
        if name in facts.rows:
            feed, rows = facts.rows[name]
            frame = frame.merge(rows[rows[of].isin(frame[of])], on=of, how="left")
            frame.loc[frame["row"].notna(), "file"] = facts.data.paths[feed].name
        frames.append(frame)
    entries = pd.concat(frames).merge(
        findings[["rule", "subject", "number"]], on=["rule", "subject"]
    )
    columns = ["rule", "number", "fact", "person_number", "value", "file", "row"]
    return entries[columns].rename(columns={"person_number": "person"})


def texts(values: pd.Series) -> np.ndarray:
    """true, 2021-05-31, 120000, grade; None for unknown."""
    if values.dtype == "boolean":
        text = values.map({True: "true", False: "false"}).astype(object)
    elif pd.api.types.is_datetime64_any_dtype(values.dtype):
        text = values.dt.strftime("%Y-%m-%d").astype(object)
    elif pd.api.types.is_numeric_dtype(values.dtype):
        text = values.astype("Int64").astype("string").astype(object)
    else:
        text = values.astype(object)
    return np.asarray(text.where(values.notna(), None))


def run(source: Path, as_of: date) -> dict[str, pd.DataFrame]:
    """Findings, evidence and counts of unusable rows."""
    data = Data(source, as_of)
    facts = Facts(data, as_of)
    shown = Shown()
    findings = pd.concat(
        [person_findings(facts, as_of, shown), household_findings(facts, as_of, shown)]
    )
    found = evidence(facts, shown, findings)
    return {
        "findings": findings[["rule", "number", "state"]],
        "evidence": found.astype({"row": "Int64"}),
        "counts": data.counts,
    }
