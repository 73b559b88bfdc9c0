"""The five document packs say what the documents say.

The files are read with a plain safe loader, so that these checks stand apart from the pack loader.
Figures, names and deadlines are in test_document_figures.py.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import fangpin

PACKS = Path(fangpin.__file__).parent / "packs"
BASE = "cn-base"

# Rows per document: prefix of the row ids and the numbers that follow it.
ROWS = {
    "fuxin-2016": ("0", range(1, 30)),
    "baiyin-2021": ("1", range(1, 35)),
    "cangxi-2014": ("2", [1, 2, *range(10, 23), *range(30, 42)]),
    "hubei-2019": ("3", range(1, 22)),
    "shicheng-2020": ("4", range(1, 28)),
}
COUNTS = {
    "fuxin-2016": 29,
    "baiyin-2021": 34,
    "cangxi-2014": 27,
    "hubei-2019": 21,
    "shicheng-2020": 27,
}
RELATIONS = {
    "exactly",
    "at_least",
    "at_most",
    "more_than",
    "less_than",
    "about",
    "between",
    "all",
    "growing",
}
# What a mechanism may be recorded in: kind of reference → file, its list, the key of an entry.
REFERENCES = {
    "target": ("targets.yaml", "targets", "id"),
    "duty": ("duties.yaml", "duties", "id"),
    "ledger": ("ledgers.yaml", "ledgers", "id"),
    "programme": ("programmes.yaml", "programmes", "id"),
    "procedure": ("procedures.yaml", "procedures", "id"),
    "parameter": ("parameters.yaml", "parameters", "name"),
    "fact": ("facts.yaml", "facts", "name"),
    "rule": ("rules", "rules", "name"),
    "feed": ("feeds", "contract", "contract"),
}
HAN = re.compile("[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(
    "[\u4e00-\u9fff”》%],[\u4e00-\u9fff“《]|[\u4e00-\u9fff][:;?(][\u4e00-\u9fff“《]"
)


@cache
def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def entries(pack: str, file: str, key: str) -> list[dict[str, Any]]:
    path = PACKS / pack / file
    return read(path)[key] if path.exists() else []


def mechanisms(pack: str) -> list[dict[str, Any]]:
    return entries(pack, "mechanisms.yaml", "mechanisms")


def declared(pack: str, kind: str) -> set[str]:
    """Names of one kind in the pack and in the one it extends."""
    file, key, name = REFERENCES[kind]
    found: set[str] = set()
    for folder in (PACKS / pack, PACKS / BASE):
        inside = folder / file.removesuffix(".yaml")  # one file, or several in a folder
        paths = [folder / file, *sorted(inside.glob("*.yaml"))]
        for path in (path for path in paths if path.is_file()):
            content = read(path)
            listed = [content] if key == "contract" else content[key]
            found |= {entry[name] for entry in listed}
    return found


def texts(node: Any) -> list[tuple[str, str]]:
    """Every (language, text) below a YAML node."""
    found = []
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("zh", "en"):
                found.append((key, value))
            else:
                found += texts(value)
    elif isinstance(node, list):
        for value in node:
            found += texts(value)
    return found


def clauses_used(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["clause"]} if "clause" in node else set()
        return own.union(*(clauses_used(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(clauses_used(value) for value in node))
    return set()


def test_the_five_documents_are_the_packs_that_hold_mechanisms() -> None:
    holding = {path.parent.name for path in PACKS.glob("*/mechanisms.yaml")} - {BASE}
    assert holding == set(ROWS)


def test_there_are_138_mechanisms_and_each_id_is_used_once() -> None:
    ids = [entry["id"] for pack in ROWS for entry in mechanisms(pack)]
    assert len(ids) == len(set(ids)) == 138


@pytest.mark.parametrize("pack", ROWS)
def test_every_row_of_the_document_is_there_in_order(pack: str) -> None:
    prefix, numbers = ROWS[pack]
    assert [entry["id"] for entry in mechanisms(pack)] == [f"{prefix}-{n:02d}" for n in numbers]
    assert len(mechanisms(pack)) == COUNTS[pack]


@pytest.mark.parametrize("pack", ROWS)
def test_a_mechanism_has_name_demands_clause_and_figures(pack: str) -> None:
    for entry in mechanisms(pack):
        for key in ("name", "demands"):
            assert set(entry[key]) == {"zh", "en"}, entry["id"]
        assert entry["clause"], entry["id"]
        assert isinstance(entry["figures"], list), entry["id"]
        assert entry["recorded_in"], entry["id"]
        assert entry["status"] in ("recorded", "partly", "live"), entry["id"]
        assert (entry["status"] == "recorded") == (not entry["tests"]), entry["id"]
        assert (entry["status"] == "partly") == ("missing" in entry), entry["id"]


@pytest.mark.parametrize("pack", ROWS)
def test_figures_are_machine_readable(pack: str) -> None:
    for entry in mechanisms(pack):
        for figure in entry["figures"]:
            where = (entry["id"], figure)
            assert figure["relation"] in RELATIONS, where
            value = figure["value"]
            if figure["relation"] == "between":
                low, high = value
                assert low < high, where
            elif figure["relation"] in ("all", "growing") and isinstance(value, bool):
                assert value is True, where
            else:
                assert isinstance(value, int | float), where
                assert not isinstance(value, bool), where
                assert figure["unit"], where
            assert isinstance(figure.get("by", date.max), date), where


@pytest.mark.parametrize("pack", ROWS)
def test_every_reference_of_a_mechanism_resolves(pack: str) -> None:
    known = {kind: declared(pack, kind) for kind in REFERENCES}
    missing = []
    for entry in mechanisms(pack):
        for reference in entry["recorded_in"]:
            kind, _, name = reference.partition(":")
            if name not in known.get(kind, set()):
                missing.append((entry["id"], reference))
    assert missing == []


@pytest.mark.parametrize("pack", ROWS)
def test_every_clause_named_is_declared(pack: str) -> None:
    ids = [entry["id"] for entry in entries(pack, "clauses.yaml", "clauses")]
    assert len(ids) == len(set(ids))
    known = set(ids) | {entry["id"] for entry in entries(BASE, "clauses.yaml", "clauses")}
    named = set().union(*(clauses_used(read(path)) for path in (PACKS / pack).glob("*.yaml")))
    assert named - known == set()


@pytest.mark.parametrize("pack", ROWS)
@pytest.mark.parametrize("kind", ["target", "duty", "ledger"])
def test_what_is_written_for_a_mechanism_is_named_by_it(pack: str, kind: str) -> None:
    file, key, name = REFERENCES[kind]
    rows = {entry["id"] for entry in mechanisms(pack)}
    named = {reference for entry in mechanisms(pack) for reference in entry["recorded_in"]}
    listed = entries(pack, file, key)
    names = [entry[name] for entry in listed]
    assert len(names) == len(set(names))
    for entry in listed:
        assert entry["mechanism"] in rows, entry[name]
        assert f"{kind}:{entry[name]}" in named, entry[name]


@pytest.mark.parametrize("pack", ROWS)
def test_texts_are_complete_in_both_languages(pack: str) -> None:
    for path in (PACKS / pack).glob("*.yaml"):
        content = {key: value for key, value in read(path).items() if key != "based_on"}
        for language, text in texts(content):
            assert isinstance(text, str), (path.name, text)
            assert text.strip(), (path.name, language)
            if language == "en":
                assert not HAN.search(text), (path.name, text)
            else:
                assert HAN.search(text), (path.name, text)
                assert not HALF_WIDTH.search(text), (path.name, text)
