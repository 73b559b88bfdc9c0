"""Language, sign-in and caching for every page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import urlencode

Handler = Callable[[HttpRequest], HttpResponse]
# Views that anybody may ask; everything else needs somebody signed in.
OPEN_VIEWS = frozenset({"sign-in", "demo-sign-in", "language", "health"})


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


class SignInRequired:
    """Denies by default: a view is open only when it is named in OPEN_VIEWS."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if request.user.is_authenticated or (match and match.view_name in OPEN_VIEWS):
            return None
        if request.headers.get("HX-Request"):
            # A partial must not receive the sign-in page; the whole page goes there.
            return HttpResponse(status=204, headers={"HX-Redirect": "/sign-in/"})
        query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return redirect("/sign-in/" + (f"?{query}" if query else ""))


class NothingIsCached:
    """Pages show persons: neither browser nor proxy keeps them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response
