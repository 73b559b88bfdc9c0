"""Files that somebody hands in: checked, stored under our own folder, and queued for screening."""

import os
import re
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from fangpin.foundation.actions import enqueue
from fangpin.foundation.models import Job
from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.screening.models import Run
from fangpin.web import packs as library

SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".tsv", ".txt"})
MOST_FILES = 100
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")


def safe_name(name: str) -> str:
    """The last part of a file name without characters that lead elsewhere; "" when none is left."""
    last = re.split(r"[/\\]", name)[-1]
    cleaned = _FORBIDDEN.sub("_", last).strip(" .")
    stem, dot, suffix = cleaned.rpartition(".")
    # 255 bytes are what file systems take; Chinese characters have three.
    while stem and len((stem + dot + suffix).encode()) > 200:
        stem = stem[:-1]
    return stem + dot + suffix


def _problems(files: "Sequence[UploadedFile[Any]]") -> list[Problem]:
    found: list[Problem] = []

    def add(zh: str, en: str, do_zh: str, do_en: str, file: str | None = None) -> None:
        found.append(Problem(Text(zh, en), Text(do_zh, do_en), Where(file=file)))

    if not files:
        add("没有选择文件", "no file was chosen", "选择部门报送的文件", "choose department files")
    if len(files) > MOST_FILES:
        add(
            f"一次最多 {MOST_FILES} 个文件",
            f"at most {MOST_FILES} files at once",
            "分几次导入",
            "hand them in in several steps",
        )
    names: set[str] = set()
    for file in files:
        name = safe_name(file.name or "")
        if Path(name).suffix.lower() not in SUFFIXES:
            add(
                f"{name}：不支持的文件类型",
                f"{name}: this type of file is not taken",
                "用 xlsx、xls、csv、tsv 或 txt",
                "use xlsx, xls, csv, tsv or txt",
                name,
            )
        elif not file.size:
            add(f"{name}：空文件", f"{name}: empty file", "请部门重新导出", "export it again", name)
        elif file.size > settings.UPLOAD_BYTES:
            most = settings.UPLOAD_BYTES // (1024 * 1024)
            add(
                f"{name}：超过 {most} MB",
                f"{name}: larger than {most} MB",
                "拆分文件",
                "split the file",
                name,
            )
        if name in names:
            add(f"{name}：重名", f"{name}: given twice", "改名或只选一个", "rename one", name)
        names.add(name)
    return found


def hand_in(
    *,
    by: User,
    files: "Sequence[UploadedFile[Any]]",
    pack: str,
    as_of: date,
    base: Run | None,
    previous: Run | None,
) -> Job:
    """Store the files in a folder of their own and queue its screening.

    With `base`, the files of that run's folder come along; a file of the same name is replaced.
    Raises FangpinError with all problems; nothing is left on disk then.
    """
    if not scope_of(by).may(Right.upload):
        raise PermissionError("this actor may not hand in files")
    problems = _problems(files)
    if pack not in library.names() or library.pack(pack) is None:
        problems.append(
            Problem(
                Text(f"没有政策包 {pack}", f"there is no pack {pack}"),
                Text("从列表中选择", "choose one from the list"),
            )
        )
    if problems:
        raise FangpinError(problems)
    key = _new_key(pack, as_of)
    folder = Path(settings.UPLOAD_ROOT) / key
    partial = folder.with_name(f"{key}.partial")
    try:
        partial.mkdir(parents=True)
        given = {safe_name(file.name or ""): file for file in files}
        if base is not None and base.intake.source:
            for old in sorted(Path(base.intake.source).iterdir()):
                if old.is_file() and old.name not in given and old.suffix.lower() in SUFFIXES:
                    _link(old, partial / old.name)
        for name, file in given.items():
            with (partial / name).open("wb") as target:
                for chunk in file.chunks():
                    target.write(chunk)
        partial.rename(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise FangpinError.because(
            f"文件未能保存：{error.strerror}",
            f"the files could not be stored: {error.strerror}",
            do_zh="检查磁盘空间后重试",
            do_en="check disk space and try again",
        ) from error
    return _queued(by, folder, key, pack, as_of, previous)


def screen_again(*, by: User, run: Run) -> Job:
    """Queue a screening of the very files of `run`, so that decisions made since take effect.

    One that waits or is under way already is returned instead of a second one. Raises
    FangpinError when the files are not here (a run that was screened elsewhere).
    """
    if not scope_of(by).may(Right.upload):
        raise PermissionError("this actor may not start a screening")
    folder = Path(run.intake.source)
    if not run.intake.source or not folder.is_dir():
        raise FangpinError.because(
            "本次比对的原始文件不在本机，不能重新比对",
            "the files of this run are not on this machine; it cannot be screened again",
            do_zh="在“导入与比对”中重新导入部门文件，认定结果随之生效",
            do_en="load the department files again; decisions take effect with that screening",
        )
    under_way = Job.objects.filter(
        kind="screen",
        state__in=(Job.State.QUEUED, Job.State.RUNNING),
        arguments__folder=str(folder),
    ).first()
    if under_way is not None and under_way.by_id == by.pk:
        return under_way
    earlier = Run.objects.filter(snapshot_hash=run.previous).exclude(snapshot_hash="")
    previous = earlier.order_by("-pk").first()
    key = _new_key(run.pack_name, run.as_of)
    return _queued(by, folder, key, run.pack_name, run.as_of, previous)


def _new_key(pack: str, as_of: date) -> str:
    """Name of a run folder that nobody has had before."""
    return f"{pack}-{as_of}-{uuid4().hex[:8]}"


def _queued(by: User, folder: Path, key: str, pack: str, as_of: date, previous: Run | None) -> Job:
    return enqueue(
        by=by,
        kind="screen",
        arguments={
            "folder": str(folder),
            "pack": pack,
            "as_of": as_of.isoformat(),
            "out": str(Path(settings.RUNS_ROOT) / key),
            "previous": previous.intake.folder if previous else None,
        },
    )


def _link(source: Path, target: Path) -> None:
    """Share the content where the file system can; files taken in are never changed."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
