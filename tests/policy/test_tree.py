"""Strict YAML: nothing silently becomes something else."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.policy.loading.tree import (
    MAX_BYTES,
    Mapping,
    Scalar,
    Sequence,
    parse_yaml,
    read_yaml,
)


def value_of(text: str) -> object:
    tree, problems = parse_yaml(f"key: {text}\n", "file.yaml")
    assert not problems
    assert isinstance(tree, Mapping)
    scalar = tree.entries["key"]
    assert isinstance(scalar, Scalar)
    return scalar.value


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "NO", "y", "n", "~x", "nan"])
def test_words_stay_words(word: str) -> None:
    assert value_of(word) == word


@pytest.mark.parametrize(
    "text", ["0123", "1_000", "0x1F", "0o17", "1e3", ".5", "5.", ".inf", "12:30:45", "2021-05-31"]
)
def test_what_other_readers_convert_stays_text(text: str) -> None:
    assert value_of(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-17", -17),
        ("0.10", Decimal("0.10")),
        ('"true"', "true"),
        ("'12'", "12"),
        ('""', ""),
    ],
)
def test_the_core_schema(text: str, value: object) -> None:
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_decimals_stay_exact(number: Decimal) -> None:
    assert value_of(f"{number:f}") == number


@given(st.integers(-(10**30), 10**30))
def test_integers_stay_exact(number: int) -> None:
    assert value_of(str(number)) == number


def test_lines_are_those_of_the_editor() -> None:
    tree, _ = parse_yaml("# a comment\n\nfirst: 1\nsecond:\n  - {a: 1,\n     b: 2}\n", "f")
    assert isinstance(tree, Mapping)
    assert tree.lines == {"first": 3, "second": 4}
    listed = tree.entries["second"]
    assert isinstance(listed, Sequence)
    entry = listed.items[0]
    assert isinstance(entry, Mapping)
    assert entry.lines == {"a": 5, "b": 6}


def refusal(text: str) -> str:
    tree, problems = parse_yaml(text, "f.yaml")
    assert tree is None
    return problems[-1].what.en


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "anchors" in refusal("\n".join(lines))


def test_deep_nesting_is_refused() -> None:
    assert "deeply" in refusal("[" * 60 + "]" * 60)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!int", "!x", "!!binary"])
def test_tags_are_refused(tag: str) -> None:
    assert "tag" in refusal(f"a: {tag} b\n")


def test_a_file_over_two_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    tree, problems = read_yaml(path, "large.yaml")
    assert tree is None
    assert "more than the limit" in problems[0].what.en


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("title: 白银区".encode("gbk"))
    assert read_yaml(path, "gbk.yaml")[1][0].what.en == "the file is not UTF-8 text"


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes("﻿title: 白银区".encode())
    tree, problems = read_yaml(path, "bom.yaml")
    assert not problems
    assert isinstance(tree, Mapping)
    assert list(tree.entries) == ["title"]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_problem(text: str) -> None:
    tree, problems = parse_yaml(text, "f.yaml")
    assert all(problem.where.file == "f.yaml" for problem in problems)
    if tree is None and not problems:
        written = text.replace("\ufeff", "").splitlines()
        assert all(not line.strip() or line.lstrip().startswith(("#", "...")) for line in written)
