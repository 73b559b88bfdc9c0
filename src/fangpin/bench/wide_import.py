"""A wide table of so many persons into an empty registry (trust K6):
`python -m fangpin.bench.wide_import [--persons 100k] [--keep FILE]`.

Fills a registry, writes its wide tables, and brings them into another one that has the villages and
nothing else: dry run with the quality rules, then carried out, each command in a process of its own
as in use. Says what each took by the clock, in processor time, and at most in memory. With `--keep`
the file is kept and used again.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fangpin.bench.installation import seconds_of
from fangpin.foundation.postgres import Server, layout


def command(folder: Path, *arguments: str) -> str:
    """One command of the program on the data in `folder`; what it took. SystemExit when it fails.

    The memory told is the largest of any command so far.
    """
    environment = {name: value for name, value in os.environ.items() if name[:8] != "FANGPIN_"}
    environment["FANGPIN_DATA_DIR"] = str(folder)
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "fangpin", *arguments], env=environment)
    if done.returncode:
        raise SystemExit(f"fangpin {' '.join(arguments)} ended with {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (
        f"{time.perf_counter() - begun:.0f} s, {used:.0f} s of processor time,"
        f" {after.ru_maxrss // 1024:,} MiB at most"
    )


def written(persons: str, target: Path) -> None:
    """The wide tables of an invented registry."""
    folder = Path(tempfile.mkdtemp(prefix="fangpin-source-"))
    try:
        with Server(folder, durable=False):
            print(f"filled: {command(folder, 'registry', 'fill', '--persons', persons)}")
            print(f"written: {command(folder, 'registry', 'export', str(target))}", flush=True)
    finally:
        shutil.rmtree(layout(folder).cluster.parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def brought_in(persons: int, source: Path) -> None:
    """Bring the file into a registry without households; prints what it took."""
    folder = Path(tempfile.mkdtemp(prefix="fangpin-target-"))
    for name in [name for name in os.environ if name.startswith("FANGPIN_")]:
        del os.environ[name]
    os.environ |= {
        "FANGPIN_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "fangpin.web.settings",
    }
    try:
        with Server(folder) as server:
            from django.db import connection

            from fangpin.web import database

            database.connect()
            database.migrate()
            from fangpin.bench.registry_load import lay_out
            from fangpin.registry.models import Household, Person

            lay_out(persons)
            postmaster = int((server.layout.cluster / "postmaster.pid").read_text().split()[0])
            for title, more in (("dry run", ()), ("with carrying out", ("--apply",))):
                used = seconds_of(postmaster)
                took = command(folder, "registry", "import", str(source), *more)
                print(f"{title}: {took}; database {seconds_of(postmaster) - used:.0f} s")
            there = f"{Household.objects.count():,} households, {Person.objects.count():,} persons"
            print(f"{there} are there", flush=True)
            connection.close()
    finally:
        shutil.rmtree(layout(folder).cluster.parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Write the tables, bring them in, tell, remove."""
    asked = argparse.ArgumentParser(prog="python -m fangpin.bench.wide_import")
    asked.add_argument("--persons", default="100k")
    asked.add_argument("--keep", type=Path, help="the file; made when it is not there")
    given = asked.parse_args()
    text = given.persons.lower()
    persons = int(float(text.rstrip("km")) * {"k": 1_000, "m": 1_000_000}.get(text[-1], 1))
    with tempfile.TemporaryDirectory(prefix="fangpin-wide-") as name:
        source = given.keep or Path(name) / "wide.xlsx"
        if not source.exists():
            written(given.persons, source)
        # In a process of its own: what was needed for writing does not count.
        if os.fork() == 0:
            brought_in(persons, source)
            sys.stdout.flush()
            os._exit(0)
        if os.wait()[1]:
            raise SystemExit("the import failed")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
