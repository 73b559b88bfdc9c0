"""Scenarios: a what-if question with a name, kept in a file, asked again, compared with another.

name: 住院线降到八千
note: 区里讨论稿
run: 5f0c…:9a1b…          # snapshot and pack of the run it was asked of
pack: cn-base             # or null: the run's own
set:
  param.medical_line_single_other: 8000 元
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from fangpin.kernel.errors import FangpinError, Where
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack
from fangpin.screening.comparison import Comparison
from fangpin.screening.flips import KEYS
from fangpin.screening.what_if import Baseline

_KEYS = ("name", "note", "run", "pack", "set")


@dataclass(frozen=True)
class Scenario:
    """One question. `run`: `Baseline.run_hash` of the run it was asked of, None: of any."""

    name: str
    set: Mapping[str, str] = field(default_factory=dict)
    pack: str | None = None
    note: str = ""
    run: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is written."""
        return {key: dict(self.set) if key == "set" else getattr(self, key) for key in _KEYS}

    def asked_of(self, baseline: Baseline, pack: Pack | None = None) -> Comparison:
        """The answer. `pack` where the scenario's pack is not one of the shipped ones."""
        if self.pack is not None and pack is None:
            pack = load_pack(self.pack)
        return baseline.what_if(self.set, pack)

    def same_run(self, baseline: Baseline) -> bool:
        """Whether it was asked of this very run before (or of none yet)."""
        return self.run is None or self.run == baseline.run_hash


def save_scenario(scenario: Scenario, path: Path, overwrite: bool = False) -> None:
    """Write YAML (or JSON, by the file's ending). Raises FangpinError when the file exists."""
    if path.exists() and not overwrite:
        raise FangpinError.because(
            f"“{path}”已存在",
            f"{path} exists already",
            do_zh="换一个文件名",
            do_en="choose another name",
        )
    content = scenario.as_json()
    if path.suffix == ".json":
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    else:
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def load_scenario(path: Path) -> Scenario:
    """Read what `save_scenario` or a person wrote. Raises FangpinError: no file, no scenario."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _not_one(path, "无法读取", "cannot be read") from error
    try:
        content = yaml.load(text, Loader=_Plain)
    except yaml.YAMLError as error:
        raise _not_one(path, "不是 YAML 或 JSON", "is neither YAML nor JSON") from error
    if not isinstance(content, dict) or not isinstance(content.get("name"), str):
        raise _not_one(path, "缺少 name", "has no name")
    unknown = sorted(str(key) for key in content if key not in _KEYS)
    if unknown:
        listed = ", ".join(unknown)
        raise _not_one(path, f"有多余的键 {listed}", f"has unknown keys: {listed}")
    values = content.get("set") or {}
    if not isinstance(values, dict):
        raise _not_one(path, "set 应为 参数: 值", "needs `set` as parameter: value")
    return Scenario(
        name=content["name"],
        set={str(key): _text(path, key, value) for key, value in values.items()},
        pack=_word(path, content, "pack"),
        note=_word(path, content, "note") or "",
        run=_word(path, content, "run"),
    )


def scenarios_in(folder: Path) -> list[tuple[Path, Scenario]]:
    """The scenarios of a folder, by file name; files that are none are passed over."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix in (".yaml", ".yml", ".json"):
            try:
                found.append((path, load_scenario(path)))
            except FangpinError:
                continue
    return found


def between(one: Comparison, other: Comparison) -> pl.DataFrame:
    """How two answers on the same run differ, finding by finding.

    Rows: findings that flip under one scenario and not in the same way under the other; KEYS of
    `flips.py` without before and after, and `first`, `second`: gained, lost, became_unknown or null
    (as in the run). Sorted as the lists of flips are.
    """
    who = [name for name in KEYS if name not in ("direction", "before", "after")]
    sides = [
        each.flips.select(*who, pl.col("direction").alias(name))
        for each, name in ((one, "first"), (other, "second"))
    ]
    joined = sides[0].join(sides[1], on=who, how="full", coalesce=True, nulls_equal=True)
    order = ["village_code", "household_number", "person_number", "rule"]
    return joined.filter(pl.col("first").ne_missing(pl.col("second"))).sort(
        order, nulls_last=False, maintain_order=True
    )


class _Plain(yaml.SafeLoader):
    """Scalars stay text, so that 0.50 and 2021-05-31 are what was written."""


def _as_written(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


for _tag in ("int", "float", "bool", "timestamp"):
    _Plain.add_constructor(f"tag:yaml.org,2002:{_tag}", _as_written)


def _text(path: Path, key: object, value: object) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return f"[{', '.join(value)}]"
    if not isinstance(value, str):
        raise _not_one(path, f"{key} 没有值", f"has no value for {key}")
    return value


def _word(path: Path, content: dict[str, Any], key: str) -> str | None:
    value = content.get(key)
    if value is not None and not isinstance(value, str):
        raise _not_one(path, f"{key} 应为文字", f"needs text for {key}")
    return value


def _not_one(path: Path, zh: str, en: str) -> FangpinError:
    return FangpinError.because(
        f"情景文件{zh}",
        f"the scenario {en}",
        do_zh="用 fangpin what-if … --save 写一个作样子；键有 name、note、run、pack、set",
        do_en="write one with `fangpin what-if … --save`; its keys are name, note, run, pack, set",
        where=Where.of(path),
    )
