"""This package as one file that Spark can send to nodes where it is not installed."""

import zipfile
from importlib.resources import files
from pathlib import Path

PARTS = ("kernel", "policy", "engine", "feeds", "screening", "cluster")
"""Sub-packages that tasks need; pages and commands stay here. Packs travel with the tasks."""


def write_package(target: Path) -> Path:
    """A zip of the modules of `PARTS`, for `--py-files`; returns `target`.

    The same modules give the same bytes. Neither packs nor data are in it.
    """
    root = Path(str(files("fangpin")))
    modules = [root / "__init__.py"]
    for part in PARTS:
        modules += sorted((root / part).rglob("*.py"))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for module in modules:
            if "migrations" in module.parts:
                continue
            entry = zipfile.ZipInfo(str(Path("fangpin") / module.relative_to(root)))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, module.read_bytes())
    return target
