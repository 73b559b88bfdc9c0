"""The bundle, made and installed where there is no network: `make bundle` end to end."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from fangpin.foundation.postgres import Server

ROOT = Path(__file__).resolve().parents[2]
# A network namespace of its own has no way out; who may not make one keeps pip from looking.
ALONE = ("unshare", "--net", *(() if os.geteuid() == 0 else ("--map-current-user",)))


def _alone() -> tuple[str, ...]:
    tried = shutil.which("unshare") and subprocess.run([*ALONE, "true"], capture_output=True)
    return ALONE if tried and tried.returncode == 0 else ()


def _run(*command: str, **more: str) -> "subprocess.CompletedProcess[str]":
    clean = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": os.environ["HOME"]}
    clean |= {"PYTHON": os.path.realpath(sys.executable), "PIP_NO_INDEX": "1", **more}
    return subprocess.run(
        [*_alone(), *command], env=clean, capture_output=True, text=True, timeout=600, cwd="/"
    )


def _bundle(folder: Path, version: str, source: Path) -> Path:
    """The bundle of a copy of the source, with this version; unpacked."""
    copy = folder / f"source-{version}"
    parts = ("src", "deploy", "docs", "requirements", "tools")
    for part in parts:
        shutil.copytree(source / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "NOTICE", "README.md"):
        text = (source / name).read_text(encoding="utf-8")
        (copy / name).write_text(text.replace('version = "0.1.0"', f'version = "{version}"'))
    module = copy / "src/fangpin/__init__.py"
    module.write_text(module.read_text().replace('"0.1.0"', f'"{version}"'))
    out = folder / "dist"
    subprocess.run(
        [sys.executable, str(copy / "tools/bundle.py"), "--out", str(out)], check=True, timeout=600
    )
    (archive,) = out.glob(f"fangpin-{version}-*.tar")
    shutil.rmtree(copy)
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
    return folder / archive.stem


@pytest.mark.long
def test_installs_and_upgrades_without_network_and_keeps_data(tmp_path: Path) -> None:
    into, data = tmp_path / "opt", tmp_path / "data"
    first, second = _bundle(tmp_path, "9.0.1", ROOT), _bundle(tmp_path, "9.0.2", ROOT)
    fangpin = str(into / "current/bin/fangpin")
    install = ("--into", str(into), "--no-service")
    settings = {"FANGPIN_DATA_DIR": str(data)}
    add = ("user", "add", "liu", "--name", "测试", "--role", "system_administrator")
    try:
        done = _run("sh", str(first / "install.sh"), *install)
        assert done.returncode == 0, done.stderr
        assert _run(fangpin, "--version").stdout.split()[-1] == "9.0.1"
        added = _run(fangpin, *add, "--password", "korrekt-pferd-batterie", **settings)
        assert added.returncode == 0, added.stderr

        (second / "version").write_text("9.0.3\n")
        refused = _run("sh", str(second / "install.sh"), *install)
        assert refused.returncode == 1
        assert "damaged" in refused.stderr
        assert _run(fangpin, "--version").stdout.split()[-1] == "9.0.1"

        (second / "version").write_text("9.0.2\n")
        upgraded = _run("sh", str(second / "install.sh"), *install)
        assert upgraded.returncode == 0, upgraded.stderr
        assert "Upgraded from releases/9.0.1" in upgraded.stdout
        assert _run(fangpin, "--version").stdout.split()[-1] == "9.0.2"
        again = _run(fangpin, *add, "--password", "korrekt-pferd-batterie", **settings)
        assert "is taken" in again.stderr, "who was entered before is still there"
        fonts = list((into / "current/share/fonts").iterdir())
        assert all(path.stat().st_size for path in fonts)
    finally:
        shutil.rmtree(Server(data).layout.cluster.parent, ignore_errors=True)
