"""What the files of a pack hold as written: one folder read into records."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fangpin.kernel.errors import Where
from fangpin.policy.loading.declaration import FILES
from fangpin.policy.loading.folders import digest_of, yaml_files
from fangpin.policy.loading.memory import Memory
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.loading.shapes import BAD, Reading
from fangpin.policy.loading.tree import read_yaml
from fangpin.policy.pack import Origin

SECTIONS = (
    "clauses",
    "parameters",
    "codes",
    "columns",
    "facts",
    "feeds",
    "rules",
    "programmes",
    "procedures",
    "targets",
    "duties",
    "ledgers",
    "mechanisms",
)
_IDENTITY = {"feeds": "contract", "clauses": "id"} | dict.fromkeys(
    ("programmes", "procedures", "targets", "duties", "ledgers", "mechanisms"), "id"
)


@dataclass
class Written:
    """One pack's own folder as written: `head` is pack.yaml, `entries` its records by section."""

    name: str
    folder: Path
    head: dict[str, Any] | None
    entries: dict[str, dict[str, Any]]
    broken: set[str] = field(default_factory=set)
    digest: str = ""


_READ: Memory[tuple[str, str], Written] = Memory(32)


def read_folder(folder: Path, problems: Problems) -> Written:
    """Every file of one pack. Problems are recorded, never raised; `head` None when unreadable.

    A folder that was sound is not parsed again in the same process while its bytes stay the same.
    """
    name = folder.resolve().name
    problems.shown[name] = str(folder)
    files = yaml_files(folder)
    key = str(folder), digest_of(folder, files)
    remembered = _READ.get(key)
    if remembered is None:
        before = len(problems.found)
        remembered = _read_files(
            Written(name, folder, None, _no_entries(), digest=key[1]), files, problems
        )
        if len(problems.found) == before:
            _READ.put(key, remembered)
    return remembered


def _no_entries() -> dict[str, dict[str, Any]]:
    return {section: {} for section in SECTIONS}


def _read_files(written: Written, files: list[Path], problems: Problems) -> Written:
    name, folder = written.name, written.folder
    for path in files:
        inside = path.relative_to(folder).as_posix()
        shape = FILES.get(inside) or FILES.get(_pattern(inside))
        shown = f"{folder}/{inside}"
        if shape is None:
            zh, en = meant(inside, FILES)
            problems.add(
                Where.of(shown),
                (f"政策包里没有叫 {inside} 的文件", f"a pack has no file called {inside}"),
                (zh, en),
            )
            continue
        tree, found = read_yaml(path, shown)
        problems.found.extend(found)
        reading = Reading(name, inside, shown, problems, written.broken)
        if tree is None:
            if not found:
                problems.add(
                    Where.of(shown),
                    (f"{inside} 是空的", f"{inside} is empty"),
                    ("写上内容或删去这个文件", "fill it in or remove the file"),
                )
            continue
        value = shape.read(tree, inside, reading)
        if value is BAD:
            continue
        if inside == "pack.yaml":
            written.head = value
            _check_name(name, value, problems)
        elif inside.startswith("feeds/"):
            _enter(written, "feeds", value, problems)
        else:
            section = inside.split("/")[0].removesuffix(".yaml")
            for record in value:
                _enter(written, section, record, problems)
    return written


def _pattern(inside: str) -> str:
    parent, _, last = inside.rpartition("/")
    return f"{parent}/*.yaml" if last.endswith(".yaml") else inside


def _check_name(name: str, head: dict[str, Any], problems: Problems) -> None:
    if head["pack"] != name:
        problems.at(
            head["origin"],
            "pack",
            (
                f"pack 写的是 {head['pack']}，文件夹名是 {name}",
                f"pack says {head['pack']}, the folder is called {name}",
            ),
            (f"写成 pack: {name}，或改文件夹名", f"write pack: {name}, or rename the folder"),
        )


def identity_of(section: str, record: Any) -> str:
    """The name or id under which a record is known."""
    return str(getattr(record, _IDENTITY.get(section, "name")))


def _enter(written: Written, section: str, record: Any, problems: Problems) -> None:
    identity = identity_of(section, record)
    entries = written.entries[section]
    if identity in entries:
        first: Origin = entries[identity].origin
        problems.at(
            record.origin,
            _IDENTITY.get(section, "name"),
            (
                f"{section} 里 {identity} 重复（已在 {first.file} 第 {first.line} 行）",
                f"{section}: {identity} is already defined in {first.file}, line {first.line}",
            ),
            ("换一个名称，或删去其中一个", "choose another name or remove one of them"),
        )
        return
    entries[identity] = record
