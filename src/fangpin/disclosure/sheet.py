"""Words around the facts of a notice, the same on page, sheet and Word file."""

from typing import Any

from fangpin.disclosure.content import Notice
from fangpin.kernel.errors import Language, Text

_HEAD = {
    "notice": Text("公示", "Public notice"),
    "announcement": Text("公告", "Announcement"),
}
_WORDS: dict[str, Text] = {
    "order": Text("序号", "No."),
    "name": Text("户主", "Head of household"),
    "place_name": Text("名称", "Name"),
    "group": Text("村（居）民小组", "Group"),
    "category": Text("类别", "Category"),
    "number": Text("编号", "Number"),
    "telephone": Text("监督电话", "Telephone"),
    "missing": Text(
        "下列字符缺少字形，请手写补上：", "No glyph for these characters, write them in by hand:"
    ),
    "web": Text("网上公示页面", "On the web"),
}
_NUMERALS = {"zh": ("（一）", "（二）", "（三）", "（四）"), "en": ("(1) ", "(2) ", "(3) ", "(4) ")}


def sheet(notice: Notice, language: Language) -> dict[str, Any]:
    """The notice with its words, as plain values."""
    words: dict[str, Any] = {key: text.in_language(language) for key, text in _WORDS.items()}
    words["head"] = _HEAD[notice.form].in_language(language)
    words["numerals"] = list(_NUMERALS[language])
    words["period"] = _period(notice, language)
    words["day"] = _day(notice, language)
    if not any(line.category for line in notice.lines) and notice.lines_are_places:
        words["name"] = words["place_name"]
    return {**notice.in_language(language), "language": language, "words": words}


def _period(notice: Notice, language: Language) -> str:
    since, until = notice.from_day, notice.until_day
    if language == "zh":
        word = "公示期" if notice.form == "notice" else "公告期"
        return (
            f"{word}：{since.year}年{since.month}月{since.day}日至"
            f"{until.year}年{until.month}月{until.day}日。"
        )
    return f"Posted from {since:%d %B %Y} to {until:%d %B %Y}."


def _day(notice: Notice, language: Language) -> str:
    since = notice.from_day
    if language == "zh":
        return f"{since.year}年{since.month}月{since.day}日"
    return f"{since:%d %B %Y}"
