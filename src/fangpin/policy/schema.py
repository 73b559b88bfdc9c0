"""JSON Schemas of a pack's files, for editors; made from the declaration the loader uses."""

import json
from pathlib import Path
from typing import Any

from fangpin.policy.loading.declaration import FILES


def schema_name(place: str) -> str:
    """File name of the schema of a place in the pack's folder: feeds/*.yaml → feeds.schema.json."""
    return place.split("/")[0].removesuffix(".yaml") + ".schema.json"


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema (2020-12) by file name."""
    return {schema_name(place): _schema(place) for place in FILES}


def _schema(place: str) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    reference = FILES[place].json_schema(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Fangpin policy pack: {place}",
        **reference,
        "$defs": dict(sorted(definitions.items())),
    }


def write_schemas(folder: Path) -> list[Path]:
    """Writes all schemas into `folder` (created if needed); returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = folder / name
        path.write_text(text_of(schema), encoding="utf-8")
        written.append(path)
    return written


def text_of(schema: dict[str, Any]) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
