"""Variants merged into whole procedures, the ways through them, their sheets."""

from datetime import date
from pathlib import Path

import pytest

from fangpin.policy import load_pack
from fangpin.policy.pack import Pack, Procedure, Step
from fangpin.policy.procedure_graph import END, START, reachable, ways
from fangpin.policy.procedure_records import DONE
from fangpin.policy.procedure_sheet import lines_of, sheet

PACKS = Path(__file__).parent / "packs"
DAY = date(2021, 6, 1)


@pytest.fixture(scope="module")
def before() -> Pack:
    return load_pack(PACKS / "lakeside-2020")


@pytest.fixture(scope="module")
def after() -> Pack:
    return load_pack(PACKS / "lakeside-2021")


def step(procedure: Procedure, name: str) -> Step:
    return next(each for each in procedure.steps if each.id == name)


def test_a_described_procedure_does_not_run_and_a_whole_one_does(before: Pack) -> None:
    assert not before.procedures["visit"].runnable
    assert before.procedures["laid-up-aid"].runnable


def test_a_variant_changes_inserts_and_removes_steps(before: Pack, after: Pack) -> None:
    base, variant = before.procedures["laid-up-aid"], after.procedures["laid-up-aid"]
    assert [each.id for each in base.steps] == ["visit", "assess", "notice", "decide", "pay"]
    assert [each.id for each in variant.steps] == ["visit", "assess", "notice", "decide", "card"]
    within = step(variant, "visit").within
    assert within is not None
    assert (within.days, within.kind, within.clause) == (2, "workday", "r1")
    assert variant.based_on == "laid-up-aid"
    assert variant.effect == base.effect
    assert variant.conditions == base.conditions
    assert variant.conditions[0].when.node is not None


def test_what_a_variant_leaves_alone_keeps_clause_and_origin(after: Pack) -> None:
    variant = after.procedures["laid-up-aid"]
    assert variant.clause == "r1"
    assert step(variant, "visit").clause == "2.2"
    assert step(variant, "notice").clause == "2.2"
    assert variant.time_limit is not None
    assert variant.time_limit.clause == "2.2"
    assert step(variant, "notice").origin.pack == "lakeside-2020"
    assert step(variant, "visit").origin.pack == "lakeside-2021"


def test_a_pack_with_another_limit_has_another_hash(before: Pack, after: Pack) -> None:
    assert before.hash != after.hash


def test_the_ways_through(before: Pack) -> None:
    graph = ways(before.procedures["laid-up-aid"])
    assert graph[START] == {"visit"}
    assert graph["visit"] == {"assess", END}
    assert graph["notice"] == {"decide", "visit"}  # an upheld objection leads back
    assert graph["pay"] == {END}
    assert reachable(START, graph) == {START, *graph, END}


def test_a_step_without_outcomes_is_simply_done(before: Pack) -> None:
    procedure = before.procedures["laid-up-aid"]
    assert step(procedure, "pay").ways_out == (DONE,)
    assert [each.id for each in step(procedure, "visit").ways_out] == ["found", "not_found"]


def test_the_sheet_says_who_what_by_when_and_why(after: Pack) -> None:
    found = sheet(after.procedures["laid-up-aid"], after, DAY)
    english = "\n".join(lines_of(found, after, "en"))
    assert "   time: within 2 working days  [修订一]" in english
    assert "   vote: assembly: at least 2/3 of those entitled are there, more than 1/2" in english
    assert "   objection upheld: back to “visit”" in english
    assert "   not by whoever did: visit" in english
    assert "granted → next step, with a reason; refused → end, with a reason" in english
    chinese = "\n".join(lines_of(found, after, "zh"))
    assert "   时限：2个工作日内  [修订一]" in chinese
    assert "   启动条件" not in chinese
    assert "  启动条件：捕捞收入低（情况不明时不得启动）" in chinese


def test_the_variant_in_the_documentation_loads(tmp_path: Path) -> None:
    """The example of docs/procedures.md, word for word, as the only file of a county's pack."""
    text = (Path(__file__).parents[2] / "docs" / "procedures.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert len(example.splitlines()) <= 21
    folder = tmp_path / "riverside-2022"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "pack: riverside-2022\nextends: cn-base\ntitle: {zh: 示例, en: example}\n"
        "issuer: {zh: 县政府, en: county}\ndocument_number: null\ndocument_date: 2022-03-01\n"
        'area_code: "990100000000"\narea: {zh: 河滨县, en: Riverside}\n'
        "period: {from: 2022-03-01}\n",
        encoding="utf-8",
    )
    (folder / "clauses.yaml").write_text(
        'clauses:\n  - {id: "2.2", path: 二, summary: {zh: 监测, en: monitoring}}\n'
        "  - {id: GS.one-tap, path: 一键报贫, summary: {zh: 时限, en: limits}}\n",
        encoding="utf-8",
    )
    (folder / "procedures.yaml").write_text(example, encoding="utf-8")
    steps = [each.id for each in load_pack(folder).procedures["cn-monitor"].steps]
    assert steps[-3:] == ["decide", "revisit", "help"]
