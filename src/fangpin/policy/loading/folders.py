"""Where packs are, and which files each is made of. Reads none of them: that is `sources`."""

import hashlib
from pathlib import Path

import fangpin
from fangpin.kernel.errors import Problem, Text, Where
from fangpin.policy.loading.reading import PackError, nearest


def shipped_folder() -> Path:
    """The folder with the packs that come with Fangpin."""
    return Path(fangpin.__file__).parent / "packs"


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


def folder_digest(folder: Path) -> str:
    """sha256 of names and bytes of all files of a pack; "" when one cannot be read."""
    return digest_of(folder, yaml_files(folder))


def digest_of(folder: Path, files: list[Path]) -> str:
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


def yaml_files(folder: Path) -> list[Path]:
    """The files of a pack, sorted by their place in it."""
    found = [
        path
        for path in folder.rglob("*")
        if path.suffix in (".yaml", ".yml") and not path.name.startswith(".") and path.is_file()
    ]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())
