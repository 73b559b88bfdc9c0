"""The files of the app that a phone keeps, and their version.

The version is a hash of their contents: a changed file makes another worker, which fetches all of
them anew. None of them holds anybody's data.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.templatetags.static import static

FILES = (
    "vendor/tabler.min.css",
    "vendor/icons.svg",
    "vendor/idb.js",
    "web/fangpin.css",
    "web/mark.svg",
    "web/drawing.js",
    "web/theme.js",
    "phone/phone.css",
    "phone/app.js",
    "phone/clock.js",
    "phone/dom.js",
    "phone/forms.js",
    "phone/lock.js",
    "phone/photos.js",
    "phone/screens.js",
    "phone/signature.js",
    "phone/store.js",
    "phone/sync.js",
    "phone/words.js",
    "phone/icon-192.png",
    "phone/icon-512.png",
)
WORKER = "phone/worker.js"


@lru_cache(maxsize=1)
def version() -> str:
    """A hash over all files of the shell and its page."""
    digest = hashlib.sha256()
    for name in (*FILES, WORKER):
        digest.update(name.encode() + b"\0" + _content(name))
    digest.update(Path(str(get_template("phone/app.html").origin)).read_bytes())  # type: ignore[attr-defined]
    return digest.hexdigest()[:16]


def addresses() -> list[str]:
    """Where the browser finds them."""
    return [static(name) for name in FILES]


def worker() -> str:
    """The text of the worker, without its version and list."""
    return _content(WORKER).decode("utf-8")


def _content(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()
