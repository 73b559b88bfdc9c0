"""Loading: values in base units, chains, overriding, and the hash of what a pack means."""

import os
import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from fangpin.policy import PackError, load_pack
from fangpin.policy.pack import NATIONAL, Pack

PACKS = Path(__file__).parent / "packs"


@pytest.fixture(scope="module")
def base() -> Pack:
    return load_pack(PACKS / "lakeside-2020")


@pytest.fixture(scope="module")
def revised() -> Pack:
    return load_pack(PACKS / "lakeside-2021")


def test_values_are_in_base_units(base: Pack) -> None:
    line = base.parameters["catch_line"]
    assert [value.value for value in line.values] == [80_000, 100_000]  # fen
    assert (line.unit, line.base_unit) == ("万元/月", "元/月")
    assert base.parameters["idle_share"].values[0].value == Fraction(1, 2)
    assert base.parameters["boats_counted"].values[0].value == ("rowing", "motor")


def test_a_value_holds_from_its_date_until_the_next(base: Pack) -> None:
    def at(day: date) -> object:
        found = base.parameter("catch_line", day)
        return None if found is None else found.value

    assert at(date(2020, 2, 29)) is None
    assert at(date(2020, 3, 1)) == 80_000
    assert at(date(2020, 12, 31)) == 80_000
    assert at(date(2021, 1, 1)) == 100_000
    with pytest.raises(KeyError):
        base.parameter("no_such_line", date(2021, 1, 1))


def test_origins_name_pack_file_and_line(base: Pack) -> None:
    rule = base.rules["low_catch"]
    assert str(rule.origin) == "lakeside-2020/rules/catch.yaml:2"
    assert rule.origin.line_of("when") == 9
    assert base.contracts["catch_sales"].origin.file == "feeds/catch_sales.yaml"


def test_standard_columns_are_filled_in(base: Pack) -> None:
    column = base.contracts["catch_sales"].column("household_number")
    assert column is not None
    assert (column.type, column.headers, column.standard) == ("text", ("户编号", "户号"), True)
    assert column.label == base.standard_columns["household_number"].label


def test_a_numeric_column_always_has_a_domain() -> None:
    """What is delivered stays within what 64-bit sums can hold."""
    for contract in load_pack("cn-base").contracts.values():
        for column in contract.columns:
            numeric = column.type in ("integer", "number", "money", "money_text")
            assert (column.domain is not None) == numeric, f"{contract.name}.{column.name}"


def test_a_header_written_in_the_contract_is_taken_from_the_standard_column(tmp_path: Path) -> None:
    shutil.copytree(PACKS / "lakeside-2020", tmp_path / "lakeside-2020")
    feed = tmp_path / "lakeside-2020" / "feeds" / "catch_sales.yaml"
    text = feed.read_text(encoding="utf-8").replace("headers: [单号]", "headers: [单号, 户号]")
    feed.write_text(text, encoding="utf-8")
    contract = load_pack(tmp_path / "lakeside-2020").contracts["catch_sales"]
    assert contract.column("household_number").headers == ("户编号",)  # type: ignore[union-attr]
    assert contract.column("slip").headers == ("单号", "户号")  # type: ignore[union-attr]


def test_expressions_are_typed_nodes(base: Pack) -> None:
    assert all(rule.when.node is not None for rule in base.rules.values())
    assert all(
        written.node is not None
        for fact in base.facts.values()
        for written in fact.expressions.values()
    )
    assert base.programmes["laid-up-aid"].eligible.node is not None  # type: ignore[union-attr]


def test_an_extending_pack_inherits_and_overrides_by_name(base: Pack, revised: Pack) -> None:
    assert revised.chain == ("lakeside-2020", "lakeside-2021")
    assert revised.facts.keys() == base.facts.keys()
    assert revised.rules["low_catch"] == base.rules["low_catch"]
    assert revised.rules["catch_fell"].severity == "alert"
    assert base.rules["catch_fell"].severity == "check"
    assert revised.targets["ashore"].lead == ("渔政站", "民政局")


def test_a_parameter_gains_and_replaces_values_by_date(revised: Pack) -> None:
    values = revised.parameters["catch_line"].values
    assert [(value.from_, value.value) for value in values] == [
        (date(2020, 3, 1), 80_000),
        (date(2021, 1, 1), 110_000),
        (date(2022, 1, 1), 120_000),
    ]
    assert [value.origin.pack[-4:] for value in values] == ["2020", "2021", "2021"]


def test_a_rule_is_switched_off_with_its_reason(base: Pack, revised: Pack) -> None:
    assert "old_crew" in base.rules
    assert "old_crew" not in revised.rules
    assert revised.disabled_rules["old_crew"].clause == "r1"


def test_the_examples_of_inherited_rules_keep_their_own_figures(revised: Pack) -> None:
    """low_catch has an example at 900 元 in 2021, true at the base's line of 1,000 元; the
    revised line of 1,100 元 is no reason to refuse it."""
    assert revised.parameter("catch_line", date(2021, 2, 1)).value == 110_000  # type: ignore[union-attr]


def test_a_rule_stands_on_the_clause_of_the_place_that_asks_for_it() -> None:
    pack = load_pack("baiyin-2021")
    assert pack.clause_behind(pack.rules["unsafe_house"]).id == "2.1"
    assert pack.clause_behind(pack.rules["single_person_subsistence"]).id == "4.5.1"
    national = load_pack("cn-base")
    assert national.clause_behind(national.rules["unsafe_house"]).id == "C.housing"


# The hash


def copy(folder: Path, name: str = "lakeside-2020") -> Path:
    return Path(shutil.copytree(PACKS / name, folder / name))


def test_the_hash_does_not_depend_on_the_folder(base: Pack, tmp_path: Path) -> None:
    assert load_pack(copy(tmp_path)).hash == base.hash


def test_the_hash_does_not_depend_on_layout(base: Pack, tmp_path: Path) -> None:
    """Key order, comments, quotes, block or flow style, and the file a rule stands in."""
    folder = copy(tmp_path)
    (folder / "ledgers.yaml").write_text(
        """# another layout of the same ledger
ledgers:
- clause: '1'
  records: {en: "number, kind and owner of every boat", zh: "船号、船型、船主。"}
  keeper:
    en: fishery office   # English first
    zh: 渔政站
  kind: ledger
  label: {en: ledger of boats, zh: 渔船台账}
  id: boats
""",
        encoding="utf-8",
    )
    rules = (folder / "rules" / "catch.yaml").read_text(encoding="utf-8")
    first, rest = rules.split("  - name: catch_fell")
    (folder / "rules" / "catch.yaml").write_text(first, encoding="utf-8")
    (folder / "rules" / "a_second_file.yaml").write_text(
        "rules:\n  - name: catch_fell" + rest, encoding="utf-8"
    )
    assert load_pack(folder).hash == base.hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("parameters.yaml", "value: 0.1,", "value: 0.1001,"),
        ("parameters.yaml", "2021-01-01, value", "2021-01-02, value"),
        ("rules/catch.yaml", "elderly_crew >= 2人", "elderly_crew > 2人 or elderly_crew == 2人"),
        ("rules/catch.yaml", "severity: check", "severity: doubt"),
        ("clauses.yaml", "path: 三", "path: 四"),
        ("targets.yaml", "value: 40", "value: 41"),
        ("feeds/water_gauge.yaml", "coverage: census", "coverage: roster"),
        ("pack.yaml", "to: 2022-12-31", "to: 2023-12-31"),
    ],
)
def test_the_hash_changes_with_the_meaning(
    base: Pack, tmp_path: Path, file: str, old: str, new: str
) -> None:
    path = copy(tmp_path) / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert load_pack(tmp_path / "lakeside-2020").hash != base.hash


def test_the_hash_covers_the_whole_chain(revised: Pack, tmp_path: Path) -> None:
    base = copy(tmp_path)
    copy(tmp_path, "lakeside-2021")
    assert load_pack(tmp_path / "lakeside-2021").hash == revised.hash
    duties = base / "duties.yaml"
    duties.write_text(
        duties.read_text(encoding="utf-8").replace("by_day: 10", "by_day: 11"), encoding="utf-8"
    )
    assert load_pack(tmp_path / "lakeside-2021").hash != revised.hash


# Finding packs


def test_shipped_packs_are_known_by_name() -> None:
    assert load_pack("cn-base").area_code == NATIONAL


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(PackError) as caught:
        load_pack("baiyin-2012")
    remedy = caught.value.problems[0].remedy.en
    assert "did you mean baiyin-2021?" in remedy
    assert "cn-base" in remedy


@pytest.mark.parametrize("name", ["../cn-base", "", ".", "/etc", "no\0name"])
def test_odd_names_are_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(PackError):
        load_pack(name)


def test_a_folder_without_pack_yaml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"has no pack\.yaml"):
        load_pack(tmp_path)


def test_a_folder_can_be_named_without_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: Pack
) -> None:
    copy(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert load_pack("lakeside-2020").hash == base.hash
    monkeypatch.chdir(tmp_path / "lakeside-2020")
    assert load_pack(Path(".")).hash == base.hash


def test_two_packs_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        folder = copy(tmp_path)
        (tmp_path / "lakeside-2020").rename(tmp_path / name)
        text = (PACKS / "lakeside-2020" / "pack.yaml").read_text(encoding="utf-8")
        text = text.replace("pack: lakeside-2020", f"pack: {name}\nextends: {other}")
        (tmp_path / name / "pack.yaml").write_text(text, encoding="utf-8")
        assert not folder.exists()
    with pytest.raises(PackError, match="one → two → one"):
        load_pack(tmp_path / "one")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    (copy(tmp_path) / "duties.yaml").chmod(0)
    with pytest.raises(PackError, match="cannot be read"):
        load_pack(tmp_path / "lakeside-2020")
