"""The load run of `make bench`: a registry of invented people, and how fast it answers.

`python -m fangpin.bench.load_run [PERSONS]` fills a registry in a folder of its own with PERSONS
(100k), then measures pages, searches and the check of the audit trail, each by its own command, and
removes the folder. A registry that is there already is measured with `FANGPIN_DATA_DIR` and these
commands alone.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fangpin.foundation.postgres import layout

# what is printed above its figures → the command
_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("pages, in milliseconds (target 300 at p95)", ("fangpin.bench.pages", "40")),
    ("searches, in milliseconds (target 200 at p95)", ("fangpin", "registry", "search-speed")),
    ("the audit trail followed from end to end", ("fangpin", "audit", "verify")),
)


def _run(arguments: tuple[str, ...], folder: Path) -> None:
    """One command on the registry in `folder`; its output is ours. Raises SystemExit."""
    environment = {name: value for name, value in os.environ.items() if name[:8] != "FANGPIN_"}
    environment["FANGPIN_DATA_DIR"] = str(folder)
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *arguments], env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}")
    print(f"({time.perf_counter() - begun:.0f} s with the start of the program)\n", flush=True)


def main() -> None:
    """Fill, measure, remove."""
    persons = sys.argv[1] if len(sys.argv) > 1 else "100k"
    with tempfile.TemporaryDirectory(prefix="fangpin-load-") as name:
        folder = Path(name)
        try:
            print(f"filling a registry with {persons} invented persons", flush=True)
            _run(("fangpin", "registry", "fill", "--persons", persons), folder)
            for title, arguments in _STEPS:
                print(title, flush=True)
                _run(arguments, folder)
        finally:
            # Run as root the cluster lies outside of the data folder.
            subprocess.run(["rm", "-rf", str(layout(folder).cluster.parent)], check=True)


if __name__ == "__main__":
    main()
