"""Files that belong to a step: pictures without what the camera adds, and PDF documents."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from fangpin.cases.models import Attachment, KeptFile, Turn
from fangpin.foundation import kept_files
from fangpin.foundation.kept_files import drop, keep
from fangpin.foundation.pictures import cleaned
from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.policy.procedure_records import Step
from fangpin.registry.ids import allocate
from fangpin.registry.sealing import close

MOST_BYTES_OF_PDF: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as it was sent, for one of the step's rules."""

    rule: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Clean:
    """A file as it will be kept. `sha256` is that of its content."""

    rule: str
    kind: str
    data: bytes
    sha256: str


def clean(
    step: Step, sent: Sequence[Attached], *, kept: Sequence[Clean] = (), needed: bool
) -> list[Clean]:
    """Files as they are kept, those of `kept` first, which were cleaned before. Raises FangpinError
    for a wrong kind, a damaged picture, too many or too few; `needed` as for entries."""
    rules = {rule.id: rule for rule in step.attach}
    problems: list[Problem] = []
    found: list[Clean] = list(kept)
    for each in sent:
        rule = rules.get(each.rule)
        if rule is None:
            problems.append(
                _problem("这一环节没有这种附件", "this step has no such attachment", each.rule[:40])
            )
            continue
        try:
            kind, data = _kept(each.data, rule.kinds)
        except FangpinError as error:
            problems.extend(error.problems)
            continue
        found.append(Clean(each.rule, kind, data, hashlib.sha256(data).hexdigest()))
    counts = Counter(each.rule for each in kept) + Counter(each.rule for each in sent)
    for rule in step.attach:
        label, count = rule.label, counts[rule.id]
        if needed and count < rule.least:
            problems.append(
                _problem(
                    f"“{label.zh}”至少要 {rule.least} 份，现有 {count} 份",
                    f'"{label.en}": at least {rule.least}, there are {count}',
                    rule.id,
                )
            )
        if count > rule.most:
            problems.append(
                _problem(
                    f"“{label.zh}”最多 {rule.most} 份，现有 {count} 份",
                    f'"{label.en}": at most {rule.most}, there are {count}',
                    rule.id,
                )
            )
    if problems:
        raise FangpinError(problems)
    return found


def _kept(data: bytes, kinds: Sequence[str]) -> tuple[str, bytes]:
    if data.startswith(b"%PDF-") and "pdf" in kinds:
        if len(data) > MOST_BYTES_OF_PDF:
            most = MOST_BYTES_OF_PDF // 1024 // 1024
            raise FangpinError.because(
                f"文件超过 {most} MB", f"the file is larger than {most} MB",
                do_zh="压缩或分成几份后再上传", do_en="make it smaller, or send it in parts",
            )  # fmt: skip
        return "pdf", data
    if "image" not in kinds:
        raise FangpinError.because(
            "这里只收 PDF 文件", "only PDF documents are taken here",
            do_zh="换成 PDF 后再上传", do_en="send it as PDF",
        )  # fmt: skip
    picture = cleaned(data)
    return picture.kind, picture.data


def keep_all(turn: Turn, files: Sequence[Clean], by: Any) -> None:
    """Files of a turn, in the transaction of the step."""
    closed_files(Attachment, files, turn=turn, by=by)


def closed_files(
    model: type[Attachment] | type[KeptFile], files: Sequence[Clean], **more: Any
) -> None:
    """Close the files and write their rows; `more` are further columns of each. When that fails,
    the files are deleted again."""
    if not files:
        return
    folder = settings.CASE_FILES_ROOT
    names: list[str] = []
    try:
        with transaction.atomic():
            for pk, each in zip(allocate(model, len(files)), files, strict=True):
                kept = keep(each.data, folder)
                names.append(kept.name)
                model.objects.create(
                    pk=pk,
                    rule=each.rule,
                    kind=each.kind,
                    name=kept.name,
                    key=close(model, [pk], {"key": [kept.key]})["key"][0],
                    sha256=kept.sha256,
                    size=kept.size,
                    **more,
                )
    except BaseException:
        drop(folder, *names)
        raise


def sweep(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Delete kept files that no row names (`kept_files.sweep`); how many."""

    def named(names: list[str]) -> Iterable[str]:
        wanted = (model.objects.filter(name__in=names) for model in (Attachment, KeptFile))
        return [name for rows in wanted for name in rows.values_list("name", flat=True)]

    return kept_files.sweep(settings.CASE_FILES_ROOT, named, older_than=older_than)


def _problem(zh: str, en: str, column: str) -> Problem:
    remedy = Text("更正附件后重新提交", "correct the files and send them again")
    return Problem(Text(zh, en), remedy, Where(column=column))
