"""Addresses and the frame of the public site. The language is part of the address, so that a page
is a file and no cookie is read."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from fangpin.kernel.errors import Language, Text

LANGUAGES: tuple[Language, ...] = ("zh", "en")
SITE = Text("防返贫监测帮扶公开", "Preventing a return to poverty")


@dataclass(frozen=True)
class Way:
    """An entry of the public menu: path below the root of a language, and what it says."""

    path: str
    text: Text


WAYS = (
    Way("", Text("公示公告", "Notices")),
    Way("how-to-apply/", Text("怎样申请", "How to apply")),
    Way("programmes/", Text("帮扶政策", "Programmes")),
    Way("apply/", Text("我要申请", "Apply")),
    Way("write/", Text("意见举报", "Complaints and tips")),
    Way("figures/", Text("监测数据", "Figures")),
    Way("status/", Text("进度查询", "Status")),
)


def root(language: Language) -> str:
    """Where the pages of a language begin."""
    return "/public/" if language == "zh" else "/public/en/"


def render_page(
    template: str, language: Language, path: str, context: dict[str, Any] | None = None
) -> str:
    """A page of the public site. `path` is below the root of the language; the other language is
    offered at the same path."""
    other: Language = "en" if language == "zh" else "zh"
    frame = {
        "site": SITE.in_language(language),
        "language": language,
        "root": root(language),
        "other": root(other) + path,
        "demo": settings.DEMO,
        "ways": [
            {
                "href": root(language) + way.path,
                "text": way.text.in_language(language),
                "here": way.path == path
                or (not way.path and path.startswith(("notices/", "places/"))),
            }
            for way in WAYS
        ],
    }
    with translation.override("zh-hans" if language == "zh" else "en"):
        return render_to_string(template, {**frame, **(context or {})})
