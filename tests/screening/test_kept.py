"""Rules whose findings are known from an earlier run give what evaluating them again would."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.feeds.columnar.lakesource import AS_OF, NUMBERS, catches, landed, pack, write_source

from fangpin.policy import Pack
from fangpin.screening import evaluated as evaluated_module
from fangpin.screening.run import Screened, screen

JULY = date(2030, 7, 31)
POOR = catches([landed(number, 2_000 + at, f"S{at}") for at, number in enumerate(NUMBERS)])
RICH = catches([landed(number, 90_000, f"S{at}") for at, number in enumerate(NUMBERS)])


@pytest.fixture(scope="module")
def lake() -> Pack:
    return pack()


class Runs:
    """Runs with and without the store, side by side."""

    def __init__(self, folder: Path, pack: Pack) -> None:
        self.folder = folder
        self.pack = pack
        self.count = 0

    def both(self, source: Path, as_of: date, previous: Path | None = None) -> Screened:
        """The run with the store, after it has been found equal to one without."""
        self.count += 1
        found = [
            screen(
                source,
                pack=self.pack,
                as_of=as_of,
                out=self.folder / f"{name}{self.count}",
                previous=previous,
                store=store,
            )
            for name, store in (("with", self.folder / "store"), ("without", None))
        ]
        assert found[0].findings.equals(found[1].findings)
        files = [(run.folder / "run.json").read_bytes() for run in found]
        assert files[0] == files[1]
        return found[0]


def test_the_same_month_again(tmp_path: Path, lake: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(tmp_path, lake)
    source = write_source(tmp_path / "in", POOR)
    first = runs.both(source, AS_OF)
    assert first.findings.height
    evaluate = evaluated_module.evaluate_rule
    monkeypatch.setattr(evaluated_module, "evaluate_rule", None)
    again = screen(source, pack=lake, as_of=AS_OF, out=tmp_path / "x", store=tmp_path / "store")
    monkeypatch.setattr(evaluated_module, "evaluate_rule", evaluate)
    assert again.findings.equals(first.findings)


def test_other_deliveries_days_and_doubts(tmp_path: Path, lake: Pack) -> None:
    runs = Runs(tmp_path, lake)
    coverage = pl.DataFrame(
        {
            "contract": ["catches"],
            "period": [date(2030, 6, 1)],
            "village_code": ["990101001200"],
            "status": ["late"],
            "reason_zh": ["旧数据"],
            "reason_en": ["old"],
        }
    )
    unusable = pl.DataFrame({"id_number": [None, *NUMBERS[1:]]})
    sources = [
        write_source(tmp_path / "poor", POOR),
        write_source(tmp_path / "rich", RICH),
        write_source(tmp_path / "gaps", POOR, coverage=coverage),
        write_source(tmp_path / "doubt", POOR.slice(1), identity=unusable),
    ]
    heights = {runs.both(source, as_of).findings.height for source in sources
               for as_of in (AS_OF, JULY, AS_OF)}  # fmt: skip
    assert len(heights) > 1


def test_states_against_the_run_before(tmp_path: Path, lake: Pack) -> None:
    runs = Runs(tmp_path, lake)
    poor, rich = write_source(tmp_path / "poor", POOR), write_source(tmp_path / "rich", RICH)
    before = runs.both(poor, AS_OF)
    runs.both(rich, AS_OF)
    # Everything of this run is known already, and yet what is gone is cleared.
    now = runs.both(rich, AS_OF, previous=before.folder)
    assert "cleared" in now.findings["state"].to_list()
    back = runs.both(poor, AS_OF, previous=now.folder)
    assert set(back.findings["state"]) == {"new"}
    assert set(runs.both(poor, AS_OF, previous=back.folder).findings["state"]) == {"continuing"}
