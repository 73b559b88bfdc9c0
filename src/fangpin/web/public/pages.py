"""The files of the public site as they were written: no query, no session, kept for a minute."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fangpin.disclosure.site import render_page
from fangpin.disclosure.site_writer import GONE, UNTIL
from fangpin.kernel.errors import Language
from fangpin.web.access import open_to_all

SECONDS = 60  # a page is at most so old in a browser or a proxy: taken down is down (trust B6)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
@open_to_all("public notices, guides and programmes are for everybody")
def page(request: HttpRequest, path: str = "") -> HttpResponse:
    """A file of the site. `path` was matched by the address: no dots, no other folders."""
    language: Language = "en" if path.startswith("en/") else "zh"
    if "notices/" in path:
        number = path.split("notices/")[1].split("/")[0]
        if _down(settings.PUBLIC_ROOT / "notices" / number):
            return _told(language, "public/gone.html", 410)
    name = path if path.endswith((".pdf", ".docx")) else f"{path}index.html"
    file = Path(settings.PUBLIC_ROOT) / name
    try:
        status, content = file.stat(), file.read_bytes()
    except FileNotFoundError:
        return _told(language, "public/missing.html", 404)
    response = HttpResponse(content, content_type=_TYPES[file.suffix])
    tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    response.headers["ETag"] = tag
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    kept(response)
    return response


def kept(response: HttpResponse) -> None:
    """Let browsers and proxies keep it for a minute."""
    response.kept_seconds = SECONDS  # type: ignore[attr-defined]


def _down(folder: Path) -> bool:
    """Whether a notice has come down, or its last day is over though the worker has not run."""
    if (folder / GONE).exists():
        return True
    try:
        until = (folder / UNTIL).read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return bool(until) and date.fromisoformat(until) < timezone.localdate()


def _told(language: Language, template: str, status: int) -> HttpResponse:
    return HttpResponse(render_page(template, language, ""), status=status)
