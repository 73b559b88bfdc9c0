"""Writes the readings of characters in src/fangpin/kernel/data/sounds.tsv anew from pypinyin.

    uv run --with pypinyin python tools/sounds.py

pypinyin is needed for nothing else and no dependency of the project. The comments and the readings
of surnames at the top of the table are kept as they are.
"""

from pathlib import Path

from pypinyin import lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

TABLE = Path(__file__).parents[1] / "src" / "fangpin" / "kernel" / "data" / "sounds.tsv"


def main() -> None:
    """Every character under its first reading, without tone, ü as v."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.startswith(("#", "surname\t"))]
    table: dict[str, list[str]] = {}
    for code in sorted(pinyin_dict):
        syllable = lazy_pinyin(chr(code))[0].replace("ü", "v")
        table.setdefault(syllable, []).append(chr(code))
    readings = [f"{syllable}\t{''.join(table[syllable])}" for syllable in sorted(table)]
    TABLE.write_text("\n".join([*kept, *readings]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
