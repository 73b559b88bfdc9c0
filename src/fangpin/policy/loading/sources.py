"""Where packs are, and what their files hold as written: one folder read into records."""

import hashlib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from fangpin.kernel.errors import Problem, Text, Where
from fangpin.policy.loading.declaration import FILES
from fangpin.policy.loading.memory import Memory
from fangpin.policy.loading.reading import PackError, Problems, meant, nearest
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


def shipped_folder() -> Path:
    """The folder with the packs that come with Fangpin."""
    return Path(str(files("fangpin"))) / "packs"


def packs_in(folder: Path) -> dict[str, Path]:
    """Folders below `folder` that hold a pack.yaml, by name, sorted."""
    if not folder.is_dir():
        return {}
    return {
        inner.name: inner for inner in sorted(folder.iterdir()) if (inner / "pack.yaml").is_file()
    }


def known_packs() -> dict[str, Path]:
    """The packs that come with Fangpin, by name."""
    return packs_in(shipped_folder())


def find_pack(name_or_folder: str | Path, beside: Path | None = None) -> Path:
    """The folder of a pack: a path, a pack `beside` the one that extends it, or a shipped name.

    Raises PackError with the list of known packs.
    """
    if isinstance(name_or_folder, Path) or any(mark in name_or_folder for mark in "/\\"):
        folder = Path(name_or_folder)
        if (folder / "pack.yaml").is_file():
            return folder
        missing = not folder.is_dir()
        raise PackError.because(
            f"没有文件夹 {folder}" if missing else f"文件夹 {folder} 里没有 pack.yaml",
            f"there is no folder {folder}" if missing else f"the folder {folder} has no pack.yaml",
            do_zh="写出含 pack.yaml 的政策包文件夹",
            do_en="name the folder of a pack, which holds pack.yaml",
            where=Where.of(folder),
        )
    known = known_packs()
    if beside is not None:
        known = known | packs_in(beside)
    if name_or_folder in known:
        return known[name_or_folder]
    if beside is None and (Path(name_or_folder) / "pack.yaml").is_file():
        return Path(name_or_folder)
    listed = ", ".join(known) or "—"
    close = nearest(name_or_folder, known)
    zh, en = (f"是否想写 {close}？", f"did you mean {close}? ") if close else ("", "")
    raise PackError(
        Problem(
            Text(
                f"没有名为 {name_or_folder} 的政策包",
                f"there is no pack called {name_or_folder}",
            ),
            Text(
                f"{zh}已有的政策包：{listed}；也可以写文件夹路径",
                f"{en}known packs: {listed}; or give the path of a folder",
            ),
        )
    )


def read_folder(folder: Path, problems: Problems) -> Written:
    """Every file of one pack. Problems are recorded, never raised; `head` None when unreadable.

    A folder that was sound is not parsed again in the same process while its bytes stay the same.
    """
    name = folder.resolve().name
    problems.shown[name] = str(folder)
    files = _yaml_files(folder)
    key = str(folder), _digest(folder, files)
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


def folder_digest(folder: Path) -> str:
    """sha256 of names and bytes of all files of a pack; "" when one cannot be read."""
    return _digest(folder, _yaml_files(folder))


def _digest(folder: Path, files: list[Path]) -> str:
    """sha256 of names and bytes of all files; "" when one cannot be read."""
    digest = hashlib.sha256()
    try:
        for path in files:
            digest.update(
                f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode()
            )
            digest.update(path.read_bytes())
    except OSError:
        return ""
    return digest.hexdigest()


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


def _yaml_files(folder: Path) -> list[Path]:
    found = [
        path
        for path in folder.rglob("*")
        if path.suffix in (".yaml", ".yml") and not path.name.startswith(".") and path.is_file()
    ]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


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
