"""`make bundle`: one archive that installs and upgrades Fangpin on a machine without network.

    .venv/bin/python tools/bundle.py [--out dist] [--fonts FOLDER]

Holds the wheels of the locks for this platform and this Python, Fangpin itself with front-end
files, packs and reference data, a Chinese font, the files of deploy/, and SHA256SUMS over all of
it. Needs the network; what it makes does not.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("base", "print")
FONTS = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "NotoSerifCJK-Regular.ttc")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
VENDOR = ROOT / "src/fangpin/web/static/vendor/tabler.min.css"


def pip(*arguments: str) -> None:
    """pip of this environment; ends the program with pip's own words when it fails."""
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", *arguments, *quiet], check=True)


def wheels(folder: Path) -> None:
    """The wheels that the locks name, checked against their hashes, then pip and our own."""
    folder.mkdir()
    for lock in LOCKS:
        path = str(ROOT / f"requirements/{lock}.txt")
        options = ("--require-hashes", "--only-binary", ":all:", "--dest", str(folder))
        pip("download", "-r", path, *options)
        shutil.copyfile(path, folder.parent / f"requirements-{lock}.txt")
    pip("download", "pip", "--only-binary", ":all:", "--no-deps", "--dest", str(folder))
    options = ("--no-deps", "--no-build-isolation", "--wheel-dir", str(folder))
    pip("wheel", str(ROOT), *options)


def fonts(folder: Path, source: Path | None) -> int:
    """Copy the Chinese fonts that are found; how many."""
    folder.mkdir()
    places = (source,) if source else FONT_FOLDERS
    found = {
        path.name: path
        for place in places
        if place.is_dir()
        for path in place.rglob("*")
        if path.name in FONTS or (source and path.suffix.lower() in {".ttf", ".ttc", ".otf"})
    }
    for name, path in sorted(found.items()):
        shutil.copyfile(path, folder / name)
    return len(found)


def sums(folder: Path) -> None:
    """SHA256SUMS over every file below `folder`, as `sha256sum -c` reads it."""
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def packed(folder: Path, out: Path) -> Path:
    """A plain tar (wheels are packed already), written aside and renamed; its hash beside it."""
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{folder.name}.tar"
    partial = target.with_name(f".{target.name}.partial")
    with tarfile.open(partial, "w") as archive:
        archive.add(folder, folder.name, filter=_plain)
    with partial.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    partial.rename(target)
    target.with_name(f"{target.name}.sha256").write_text(f"{digest}  {target.name}\n")
    return target


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    info.mode = 0o755 if info.isdir() or info.name.endswith(".sh") else 0o644
    return info


def main() -> int:
    """Make the bundle; say what it is."""
    parser = argparse.ArgumentParser(description="one archive for machines without network")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--fonts", type=Path, help="folder of fonts to ship")
    chosen = parser.parse_args()
    if not VENDOR.exists():
        print("front-end files are missing: run make frontend first", file=sys.stderr)
        print("缺少前端文件，请先执行 make frontend", file=sys.stderr)
        return 1
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tag = f"py{sys.version_info.major}{sys.version_info.minor}-{platform.machine()}"
    with tempfile.TemporaryDirectory(prefix="fangpin-bundle-") as temporary:
        folder = Path(temporary) / f"fangpin-{project['version']}-{sys.platform}-{tag}"
        folder.mkdir()
        print("Fetching the locked wheels ...")
        wheels(folder / "wheels")
        if not fonts(folder / "fonts", chosen.fonts):
            print("no Chinese font found to ship (apt-get install fonts-noto-cjk, or --fonts)")
            print("没有找到可打包的中文字体（安装 fonts-noto-cjk，或用 --fonts 指定）")
        shutil.copytree(ROOT / "deploy", folder / "deploy")
        shutil.move(folder / "deploy/install.sh", folder / "install.sh")
        for name in ("LICENSE", "NOTICE"):
            shutil.copyfile(ROOT / name, folder / name)
        shutil.copyfile(ROOT / "docs/deploy.md", folder / "deploy.md")
        (folder / "python").write_text(f"{sys.version_info.major}.{sys.version_info.minor}\n")
        (folder / "version").write_text(f"{project['version']}\n")
        sums(folder)
        target = packed(folder, chosen.out)
    print(f"{target} ({target.stat().st_size / 2**20:.0f} MiB)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
