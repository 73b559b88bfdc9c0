"""The same content by way of workbooks and as a columnar source: the same findings."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar import take_in_columns
from fangpin.feeds.intake import Intake, take_in
from fangpin.kernel.identity import check_digit
from fangpin.policy import Pack, load_pack
from fangpin.sample import generate
from fangpin.screening.evaluated import evaluated
from fangpin.screening.run import screen, snapshot_of

AS_OF = date(2021, 5, 31)


def number_of(person: int) -> str:
    """An identity number of nobody, one per person."""
    body = f"990101{1930 + person // 9000 % 80}{person // 750 % 12 + 1:02}15{person % 750:03}"
    return body + check_digit(body)


def as_source(intake: Intake, pack: Pack, folder: Path) -> Path:
    """What a workbook intake holds, written out as a data centre would export it."""
    (folder / "register").mkdir(parents=True)
    (folder / "feeds").mkdir()
    numbers = pl.Series([number_of(person) for person in range(intake.persons.height)])
    without = pl.selectors.starts_with("_")
    intake.places.drop("households", "persons").write_parquet(folder / "register/places.parquet")
    intake.households.drop(without).write_parquet(folder / "register/households.parquet")
    intake.persons.drop(without).write_parquet(folder / "register/persons.parquet")
    pl.DataFrame({"id_number": numbers}).write_parquet(folder / "register/identity.parquet")
    codes = intake.places["code"]
    first = pl.Series(np.searchsorted(intake.persons["household"], np.arange(
        intake.households.height)), dtype=pl.UInt32)  # fmt: skip
    for (contract, period), table in intake.feeds.items():
        frame = table.frame
        # A row about a household is told by one of its members.
        person = frame["_person"]
        if pack.contracts[contract].subject == "household":
            head = first.gather(frame["_household"])
            person = person.zip_with(person.is_not_null(), head)
        about = {"id_number": numbers.gather(person)}
        if pack.contracts[contract].subject == "village":
            about = {"village_code": codes.gather(frame["_village"])}
        frame.drop(without).with_columns(
            pl.Series(name, values) for name, values in about.items()
        ).write_parquet(folder / "feeds" / f"{contract}@{period:%Y-%m}.parquet")
    intake.coverage.with_columns(village_code=codes.gather(intake.coverage["village"])).drop(
        "village"
    ).write_parquet(folder / "coverage.parquet")
    return folder


def told(findings: pl.DataFrame) -> list[str]:
    """Findings as text, without hashes and without where a figure stands."""
    lines = []
    for row in findings.drop("snapshot_hash").iter_rows(named=True):
        for entry in row["evidence"] or ():
            for name in ("file", "sheet", "row"):
                del entry[name]
        lines.append(json.dumps(row, ensure_ascii=False, default=str))
    return lines


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("baiyin-2021")


@pytest.fixture(scope="module")
def intake(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Intake:
    folder = tmp_path_factory.mktemp("county")
    generate(folder / "in", households=260, month=AS_OF.replace(day=1), seed=5)
    return take_in(folder / "in", pack, AS_OF)


@pytest.fixture(scope="module")
def source(intake: Intake, pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_source(intake, pack, tmp_path_factory.mktemp("columns") / "source")


def without_suspects(snapshot: Snapshot) -> Snapshot:
    """Whom unusable rows of workbooks may concern is told by names, which columns do not have."""
    return replace(snapshot, suspects=snapshot.suspects.clear())


def test_the_same_findings(intake: Intake, source: Path, pack: Pack) -> None:
    workbooks = evaluated(pack, without_suspects(snapshot_of(intake)), AS_OF)
    columns = evaluated(pack, snapshot_of(take_in_columns(source, pack, AS_OF)), AS_OF)
    assert told(columns.findings) == told(workbooks.findings)
    assert columns.undecided == workbooks.undecided
    assert columns.findings.height > 50
    assert {"person", "household", "village"} & set(columns.findings["subject"])


def test_a_run_folder_is_written(source: Path, pack: Pack, tmp_path: Path) -> None:
    screened = screen(source, pack=pack, as_of=AS_OF, out=tmp_path / "run")
    again = screen(source, pack=pack, as_of=AS_OF, out=tmp_path / "again")
    assert screened.findings.equals(again.findings)
    for name in ("findings.parquet", "rows.parquet", "coverage.parquet", "deliveries.json"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    run = json.loads((tmp_path / "run/run.json").read_text("utf-8"))
    assert run["persons"] == screened.snapshot.persons.height
    loaded = Snapshot.load(tmp_path / "run/snapshot")
    found = evaluated(pack, loaded, AS_OF).findings
    assert found.filter(pl.col("state") != "false").equals(screened.findings)
    numbers = pl.read_parquet(source / "register/identity.parquet")["id_number"].to_list()
    for path in (tmp_path / "run").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(number.encode() in content for number in numbers), path.name
