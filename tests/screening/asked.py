"""A run folder for what-if questions: by the lake, with programmes, worked by hand.

Households H0 {P0, P1} and H1 {P2} in 东岸村, H2 {P3, P4} in 西岸村. Catches of June: H0 99.99 元,
H1 100 元, H2 130 元. The line is 100 元.
"""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from tests.engine import lake

from fangpin.engine.snapshot import Snapshot
from fangpin.policy import Pack, load_pack

PROGRAMMES = """
programmes:
  - id: nets
    label: {zh: 渔网补助, en: money for nets}
    clause: "1"
    gives: {zh: 渔获不足户按月领取。, en: Monthly for households with a poor catch.}
    subject: household
    eligible: "sum_members(catch_total) < param.poor_catch"
    amount: {value: 10, unit: 元/人·月}
    received: null
    lead: [渔业局]
  - id: stipend
    label: {zh: 出船补贴, en: stipend for going out}
    clause: "1"
    gives: {zh: 出过船的人按年领取。, en: Yearly for those who went out.}
    subject: person
    eligible: "catch_total > 0元"
    amount: {between: [20, 30], unit: 元/人·年}
    received: "landings >= 2次"
    lead: [渔业局]
  - id: boat
    label: {zh: 造船补助, en: grant for a boat}
    clause: "1"
    gives: {zh: 沉船户一次性补助。, en: Once for wrecked boats.}
    subject: household
    eligible: "boat_state == 'wrecked'"
    amount: {value: 0.5, unit: 万元/户}
    received: null
    lead: [渔业局]
  - id: training
    label: {zh: 培训, en: training}
    clause: "1"
    gives: {zh: 免费培训。, en: Free courses.}
    subject: person
    eligible: "fished"
    amount: null
    received: null
    lead: [渔业局]
  - id: advice
    label: {zh: 咨询, en: advice}
    clause: "1"
    gives: {zh: 随时咨询。, en: Any time.}
    eligible: null
    amount: null
    received: null
    lead: [渔业局]
"""
CATCHES = [
    {"_person": 0, "value": 6000, "landed_on": date(2030, 6, 2), "slip": "a"},
    {"_person": 1, "value": 3999, "landed_on": date(2030, 6, 3), "slip": "b"},
    {"_person": 2, "value": 10000, "landed_on": date(2030, 6, 4), "slip": "c"},
    {"_person": 3, "value": 13000, "landed_on": date(2030, 6, 5), "slip": "d"},
]


def pack_folder(folder: Path, line: int = 100, programmes: bool = True) -> Path:
    """The lake's pack in a folder of its own, with programmes and another line."""
    target = folder / "lake-2030"
    shutil.copytree(lake.PACK_FOLDER, target)
    figures = target / "parameters.yaml"
    text = figures.read_text(encoding="utf-8")
    assert "value: 100," in text
    figures.write_text(text.replace("value: 100,", f"value: {line},"), encoding="utf-8")
    if line != 100:  # the examples of the rule are those of the line of 100
        rules = next((target / "rules").iterdir())
        kept = [
            each
            for each in rules.read_text(encoding="utf-8").splitlines()
            if not any(f"name: {name}," in each for name in ("below", "at", "above"))
        ]
        rules.write_text("\n".join(kept) + "\n", encoding="utf-8")
    if programmes:
        (target / "programmes.yaml").write_text(PROGRAMMES, encoding="utf-8")
    return target


def write_run(folder: Path, snapshot: Snapshot, pack: Pack, as_of: date = lake.AS_OF) -> Path:
    """What a what-if question reads of a run folder."""
    folder.mkdir(parents=True)
    snapshot.save(folder / "snapshot")
    facts: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "pack": {"name": pack.name, "hash": pack.hash},
        "snapshot_hash": snapshot.hash,
    }
    (folder / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def lake_run(folder: Path, **changes: Any) -> tuple[Path, Pack]:
    """The run described above. `changes` as for `lake.snapshot`."""
    pack = load_pack(pack_folder(folder))
    given = {"catches": CATCHES, "catches_before": [], "boats": []} | changes
    return write_run(folder / "run", lake.snapshot(**given), pack), pack
