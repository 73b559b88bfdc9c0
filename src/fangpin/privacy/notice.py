"""The notice of processing in force, as forms show it and as its hash is kept."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from fangpin.kernel.errors import Text
from fangpin.registry.catalogue.load import catalogue

_FILE = Path(__file__).parent / "notice.yaml"


@dataclass(frozen=True)
class Point:
    """One heading and what stands under it."""

    heading: Text
    text: Text


@dataclass(frozen=True)
class Purpose:
    """One purpose as the notice says it. `consent`: it rests on consent and may be declined."""

    name: str
    label: Text
    text: Text
    basis: Text
    kept: Text
    consent: bool


@dataclass(frozen=True)
class Notice:
    """One version. `sha256` over every text in both languages."""

    version: str
    title: Text
    points: tuple[Point, ...]
    purposes: tuple[Purpose, ...]
    sha256: str

    @property
    def by_consent(self) -> tuple[Purpose, ...]:
        """Purposes that somebody may say no to."""
        return tuple(each for each in self.purposes if each.consent)


@lru_cache(maxsize=1)
def notice() -> Notice:
    """The notice in force."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    points = tuple(Point(_text(item["heading"]), _text(item["text"])) for item in content["points"])
    purposes = tuple(
        Purpose(
            each.name,
            each.label,
            each.text,
            each.legal_basis,
            Text(
                f"{each.retention.after.zh}{each.retention.years} 年",
                f"{each.retention.years} years after {each.retention.after.en}",
            ),
            each.consent,
        )
        for each in catalogue().purposes.values()
    )
    said = [
        [[p.heading.zh, p.heading.en, p.text.zh, p.text.en] for p in points],
        [[p.name, p.text.zh, p.text.en, p.basis.zh, p.kept.zh, p.consent] for p in purposes],
    ]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    return Notice(str(content["version"]), _text(content["title"]), points, purposes, digest)


def _text(pair: dict[str, str]) -> Text:
    return Text(pair["zh"], pair["en"])
