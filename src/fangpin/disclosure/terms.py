"""Words that tell, beside a name, what a notice must not tell (trust B7), and where they occur."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml

from fangpin.kernel.errors import Text

_FILE = Path(__file__).with_name("terms.yaml")
KINDS: dict[str, Text] = {
    "illness": Text("健康状况", "somebody's health"),
    "disability": Text("残疾情况", "a disability"),
    "cause": Text("致贫返贫原因或家庭变故", "a cause of poverty or a family matter"),
    "scheme": Text("能推知个人情况的政策名称", "a scheme whose name tells about the person"),
    "detail": Text("证件、账户、出生日期或住址字样", "numbers, accounts, birth date or address"),
}


def plain(text: str) -> str:
    """A text as it is compared: compatible forms made one, what is not seen taken out, small
    letters."""
    return unicodedata.normalize("NFKC", text).translate(_SEEN).lower()


class _Seen(dict[int, int | None]):
    """Characters that are seen stay, others go; worked out once for each character."""

    def __missing__(self, code: int) -> int | None:
        unseen = unicodedata.category(chr(code)) in ("Cf", "Cc", "Mn") and code not in (9, 10, 13)
        self[code] = None if unseen else code
        return self[code]


_SEEN = _Seen()


def terms_in(text: str) -> Iterator[tuple[str, str]]:
    """Kind and word of each forbidden term in a text."""
    return terms_in_plain(plain(text))


def terms_in_plain(seen: str) -> Iterator[tuple[str, str]]:
    """The same for a text that `plain` has been through."""
    kinds, chinese, english = _patterns()
    # 残 疾, 残-疾, 残*疾: marks between two Chinese characters that end no sentence are left out.
    for pattern, where in ((chinese, _BETWEEN.sub("", seen)), (english, seen)):
        for found in pattern.finditer(where):
            word = found.group()
            yield kinds[word if word in kinds else word.removesuffix("s")], word


_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])[\s\-_.*·/|~]{1,3}(?=[\u3400-\u9fff])")


@lru_cache(maxsize=1)
def _patterns() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]:
    with _FILE.open(encoding="utf-8") as source:
        terms: dict[str, dict[str, list[str]]] = yaml.safe_load(source)
    if set(terms) != set(KINDS):
        raise ValueError("terms.yaml and KINDS name the same kinds")
    of = {word: kind for kind, words in terms.items() for each in words.values() for word in each}
    # Longest first; one flat list, because the engine then looks at first characters only.
    listed = {
        language: "|".join(
            re.escape(word)
            for word in sorted(
                (word for words in terms.values() for word in words[language]), key=len
            )[::-1]
        )
        for language in ("zh", "en")
    }
    return of, re.compile(listed["zh"]), re.compile(rf"\b(?:{listed['en']})s?\b")
