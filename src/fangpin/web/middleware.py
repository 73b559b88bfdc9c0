"""Language, sign-in and caching for every page."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import urlencode

from fangpin.people.reading import TooManyRead
from fangpin.people.row_security import seen_by
from fangpin.web.access import actor_of, policy_of
from fangpin.web.views.errors import form_only

Handler = Callable[[HttpRequest], HttpResponse]
_log = logging.getLogger(__name__)
_NUL = "\x00"


class ChosenLanguage:
    """Chinese unless the reader chose English. The browser's wish does not decide."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = "en" if chosen == "en" else "zh-hans"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers["Content-Language"] = language
        return response


class NoNulls:
    """The character NUL, which no keyboard writes and no database takes: nothing is there under an
    address that holds it, and in values it is left out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if _NUL in request.path_info:
            raise Http404
        request.GET = _without_nulls(request.GET)  # type: ignore[assignment]
        request.POST = _without_nulls(request.POST)  # type: ignore[assignment]
        return None


def _without_nulls(given: QueryDict) -> QueryDict:
    if not any(_NUL in text for key, texts in given.lists() for text in (key, *texts)):
        return given
    clean = QueryDict(mutable=True)
    for key, texts in given.lists():
        clean.setlist(key.replace(_NUL, ""), [text.replace(_NUL, "") for text in texts])
    clean._mutable = False
    return clean


class SecondWall:
    """The database itself shows only rows of the reader's places while a request is served."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with seen_by(actor_of(request)):
            return self.get_response(request)


class PolicyRequired:
    """Denies by default: a view is served as its own policy says, and not at all without one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        policy = policy_of(view)
        if policy is None:
            name = request.resolver_match.view_name if request.resolver_match else ""
            _log.error("the view %s declares no policy and is not served", name)
            raise Http404
        if policy.public:
            return None
        if request.user.is_authenticated:
            if policy.admits(actor_of(request)):
                return None
            raise Http404
        if request.headers.get("HX-Request"):
            # A partial must not receive the sign-in page; the whole page goes there.
            page = urlsplit(request.headers.get("HX-Current-URL", ""))
            back = urlunsplit(("", "", page.path, page.query, ""))
            return HttpResponse(status=204, headers={"HX-Redirect": _sign_in(request, back)})
        back = request.get_full_path() if request.method == "GET" else ""
        return redirect(_sign_in(request, back))


def _sign_in(request: HttpRequest, back: str) -> str:
    """Where to sign in: the page leads `back` ("" for nowhere), and says so to whoever had signed
    in before and whose session has ended."""
    query = {"next": back} if back else {}
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        query["ended"] = "1"
    return "/sign-in/" + (f"?{urlencode(query)}" if query else "")


class TooManyReadIsTold:
    """Whoever reads about too many persons in a day is told so, whatever the page was."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooManyRead):
            return None
        return render(request, "web/refused.html", {"problem": exception}, status=429)


class FormsOnly:
    """Whoever opens an address that is for forms alone is told so, instead of an empty page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET":
            return response
        told = form_only(request)
        told.headers["Allow"] = response.headers.get("Allow", "POST")
        return told


class NothingIsCached:
    """Pages show persons: neither browser nor proxy keeps them. Files of the public page say
    for how long they may be kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        seconds = getattr(response, "kept_seconds", None)  # files of the public page
        response.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "no-store"
        return response
