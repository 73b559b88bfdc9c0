"""Carrying out what a form sent: saved, refused beside the field, or both sides to choose from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from fangpin.checks.entry import Doubted
from fangpin.kernel.errors import FangpinError, Text
from fangpin.registry.actions.refusals import Conflict, NotAllowed
from fangpin.registry.models import RegistryEvent
from fangpin.web.access import actor_of
from fangpin.web.drafts import draft_key
from fangpin.web.forms.conflict import sides
from fangpin.web.forms.doubts import carry_out, shown
from fangpin.web.forms.inputs import Input, sent, with_problems
from fangpin.web.wording import language, pick


@dataclass(frozen=True)
class Form:
    """A form over fields of one subject. `sections`: (heading, inputs). `person`: the number of the
    member whose fields they are; `names` of members by number."""

    subject: str
    title: Text
    about: str
    draft: str
    version: int
    sections: list[tuple[Text, list[Input]]]
    back: str
    person: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def inputs(self) -> list[Input]:
        """All inputs."""
        return [each for _, listed in self.sections for each in listed]


def version_of(request: HttpRequest) -> int | None:
    """The version that the sender saw; None when it is missing or nonsense."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def version_missing(request: HttpRequest, back: str) -> HttpResponse:
    """428: a change without the version seen could overwrite somebody else's."""
    error = FangpinError.because(
        "提交的内容没有带上所见版本，为防止覆盖他人的修改，没有保存",
        "the version that was seen is missing; nothing was saved, so that nobody is overwritten",
        do_zh="请返回重新打开表单",
        do_en="go back and open the form again",
    )
    return render(request, "web/refused.html", {"problem": error, "back": back}, status=428)


def shown_form(request: HttpRequest, form: Form, *, problems: Iterable[str] = ()) -> HttpResponse:
    context = {
        "form": form,
        "problems": list(problems),
        "draft_key": draft_key(actor_of(request)),
    }
    return render(request, "web/registry/edit.html", context, status=422 if problems else 200)


def _conflict(
    request: HttpRequest, form: Form, conflict: Conflict, inputs: Iterable[Input]
) -> HttpResponse:
    prefix = form.subject
    allowed = frozenset(f"{prefix}.{each.name}" for each in inputs)
    context = {"form": form, "sides": sides(conflict, allowed), "version": conflict.version}
    return render(request, "web/registry/conflict.html", context, status=409)


def _picked(values: Mapping[str, Any], data: QueryDict) -> dict[str, Any]:
    """Without the fields for which the sender took the other side."""
    return {
        name: value for name, value in values.items() if data.get(f"pick-{name}", "mine") != "now"
    }


def write(
    request: HttpRequest,
    form: Form,
    act: Callable[[int, dict[str, Any]], RegistryEvent | None],
    afresh: Callable[[], Form] | None = None,
) -> HttpResponse:
    """Carry out what the form sent; the form again, or both sides, when that is not possible.

    `afresh`: the form as it is now, for rows without a version of their own; what was typed stands
    beside what is recorded now.
    """
    version = version_of(request)
    if version is None:
        return version_missing(request, form.back)
    values = _picked(sent(form.inputs, request.POST), request.POST)
    try:
        carry_out(request, lambda: act(version, values))
    except Doubted as asked:
        return _doubted(request, replace(form, version=version), values, asked)
    except Conflict as conflict:
        if afresh is not None:
            return _again(request, afresh(), values)
        return _conflict(request, form, conflict, form.inputs)
    except NotAllowed as refused:
        error = FangpinError.because(
            refused.reason.zh,
            refused.reason.en,
            do_zh="没有任何更改",
            do_en="nothing was changed",
        )
        context = {"problem": error, "back": form.back}
        return render(request, "web/refused.html", context, status=403)
    except FangpinError as error:
        sections = []
        general: list[str] = []
        for heading, inputs in form.sections:
            marked, rest = with_problems(inputs, values, error, form.subject)
            sections.append((heading, marked))
            general = rest
        named = [each for _, inputs in sections for each in inputs if each.problem]
        found = {each.problem for each in named}
        general = [text for text in general if text not in found]
        spoken = language()
        problems = general + [
            f"{e.label.in_language(spoken)}{pick('：', ': ')}{e.problem}" for e in named
        ]
        again = replace(form, version=version, sections=sections)
        return shown_form(request, again, problems=problems or [str(error)])
    return redirect(form.back)


def _doubted(
    request: HttpRequest, form: Form, values: Mapping[str, Any], found: Doubted
) -> HttpResponse:
    """422: the form with what was typed, and what the rules say of it."""
    sections = [
        (heading, with_problems(inputs, values, None, form.subject)[0])
        for heading, inputs in form.sections
    ]
    context = {
        "form": replace(form, sections=sections),
        "problems": [],
        "doubts": shown(
            request, found.doubts, {form.subject: form.inputs}, form.names, form.person
        ),
        "draft_key": draft_key(actor_of(request)),
    }
    return render(request, "web/registry/edit.html", context, status=422)


def _again(request: HttpRequest, fresh: Form, values: Mapping[str, Any]) -> HttpResponse:
    """409: the form with what was typed; where others recorded something else, that beside it."""
    sections = []
    for heading, inputs in fresh.sections:
        mixed = []
        for each in inputs:
            mine = values.get(each.name, each.value)
            if mine == each.value:
                mixed.append(each)
                continue
            now = str(each.value) if each.value else pick("（空）", "(none)")
            if each.kind in ("choice", "choices"):
                chosen = each.value if isinstance(each.value, list) else [each.value]
                told = [
                    text.in_language(language()) for code, text in each.options if code in chosen
                ]
                now = pick("、", ", ").join(told)
            mixed.append(replace(each, value=mine, hint=Text(f"现登记：{now}", f"now: {now}")))
        sections.append((heading, mixed))
    said = pick(
        "您打开之后，别人已修改了这一户。您的填写都在，尚未保存；与现登记不同的，旁边有说明。",
        "Somebody changed this household after you had opened it. Everything you entered is here"
        " and not saved; where it differs from what is recorded now, that stands beside it.",
    )
    context = {
        "form": replace(fresh, sections=sections),
        "problems": [said],
        "draft_key": draft_key(actor_of(request)),
    }
    return render(request, "web/registry/edit.html", context, status=409)
