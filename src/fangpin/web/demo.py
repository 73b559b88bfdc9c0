"""The demonstration: an invented county, screened, on pages, started and stopped by one command."""

import hashlib
import os
import shutil
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fangpin.foundation import environment
from fangpin.foundation.postgres import Server
from fangpin.foundation.secret_key import kept_secret
from fangpin.kernel.errors import Text
from fangpin.web import database
from fangpin.web.supervisor import Supervisor, listen_for_stop, refuse_taken_port

if TYPE_CHECKING:
    from fangpin.screening.models import Run

HOST = "127.0.0.1"
PACK = "baiyin-2021"
AS_OF = date(2021, 5, 31)
DEPARTMENT = "医疗保障局"
MONTHS = 3  # of the invented county: enough to see what became of earlier findings
Say = Callable[[str], None]


@dataclass(frozen=True)
class Choice:
    """What the demonstration shows: an invented county of so many months up to the day, or the
    files of a folder."""

    households: int
    seed: int
    files: Path | None = None
    pack: str = PACK
    as_of: date = AS_OF
    months: int = MONTHS

    @property
    def key(self) -> str:
        """Name of the run folder; another choice gets another one."""
        source = f"{self.households}-{self.seed}"
        if self.files is not None:
            source = hashlib.sha256(str(self.files.resolve()).encode()).hexdigest()[:8]
        return f"{self.pack}-{self.as_of}-{source}"


def run(*, port: int, choice: Choice, say: Say) -> None:
    """Bring everything up, stay until stopped, take everything down.

    Returns after Ctrl-C or SIGTERM (raising supervisor.Stopped). Raises FangpinError when a part
    does not come up or ends by itself.
    """
    data_dir = environment.data_dir() / "demo"
    refuse_taken_port(HOST, port)
    os.environ["FANGPIN_DATA_DIR"] = str(data_dir)
    os.environ["FANGPIN_DEMO"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "fangpin.web.settings"
    data_dir.mkdir(parents=True, exist_ok=True)
    own = environment.secret("FANGPIN_DATABASE_URL") is not None
    supervisor = Supervisor(data_dir, None if own else Server(data_dir))
    listen_for_stop()
    try:
        if supervisor.database is not None:
            say("正在启动数据库 … / starting the database ...")
            supervisor.database.start()
        database.connect()
        database.migrate()
        password = kept_secret(data_dir, "demo-password")[:16]
        prepare_county(data_dir, choice, password=password, say=say)
        say("正在启动后台程序和网页 … / starting worker and pages ...")
        supervisor.start_worker()
        supervisor.start_pages(HOST, port)
        url = f"http://{HOST}:{port}"
        supervisor.wait_for_pages(url)
        say(welcome(url, password, data_dir))
        supervisor.watch()
    finally:
        supervisor.stop()
        say("已全部停止 / everything has stopped")


def prepare_county(data_dir: Path, choice: Choice, *, password: str, say: Say) -> None:
    """Screen and load what was chosen, unless the database has that already.

    Without a folder of files, the data of an earlier start (which may have been added to on the
    pages) is taken up again, whatever it was.
    """
    from fangpin.clues.demo import show_clues
    from fangpin.people.models import User
    from fangpin.screening.queries import busiest_village
    from fangpin.web.demo_cases import show_cases

    shown = enter_county(data_dir, choice, password=password, say=say)
    show_clues(
        county=User.objects.get(username="county"),
        approver=User.objects.get(username="approver"),
        village_code=busiest_village(shown),
    )
    show_cases(village_code=busiest_village(shown))


def enter_county(data_dir: Path, choice: Choice, *, password: str, say: Say) -> "Run":
    """The county with its register, runs, units and accounts; nobody has worked with it yet.
    Returns the run in force."""
    from fangpin.people.actions import enter_local_units
    from fangpin.people.demo import ensure_accounts, refuse_real_users
    from fangpin.people.models import User
    from fangpin.places.actions import load_reference
    from fangpin.places.models import Place
    from fangpin.sample.histories import ANSWERS
    from fangpin.screening.actions import take_in_answers
    from fangpin.screening.models import Run
    from fangpin.screening.queries import busiest_village
    from fangpin.screening.tasks import screen_and_load

    refuse_real_users()
    shown = Run.objects.filter(current=True).select_related("intake").first()
    answers: Path | None = None
    if shown is None or (choice.files is not None and shown.intake.key != choice.key):

        def progress(percent: int, step: Text) -> None:
            say(f"  {percent:3d} %  {step.zh} / {step.en}")

        if choice.files is not None:
            months = {choice.as_of: choice.files}
        else:
            county = _invented(data_dir, choice, say)
            months = _months(county, choice.as_of)
            told = county / ANSWERS
            answers = told if told.read_bytes().count(b"\n") > 1 else None  # beside its header
        import_register(months[choice.as_of], choice.as_of, _by_step(progress), say)
        previous: Path | None = None
        for day, files in months.items():
            say(f"正在比对 {day} … / screening {day} ...")
            out = data_dir / "runs" / choice.key.replace(f"{choice.as_of}", f"{day}")
            shown = screen_and_load(
                by=None,
                folder=files,
                pack=choice.pack,
                as_of=day,
                out=out,
                previous=previous,
                make_current=day == choice.as_of,  # broken off before: all begins anew
                progress=_by_step(progress),
            )
            previous = out
    assert shown is not None
    load_reference(by=None)
    for place in Place.objects.filter(level="county", children__level="township").distinct():
        enter_local_units(by=None, county=place, since=place.valid_from)
    ensure_accounts(password=password, village_code=busiest_village(shown), department=DEPARTMENT)
    if answers is not None:
        bureau = User.objects.get(username="county")
        take_in_answers(by=bureau, path=answers, name=answers.name)
    return shown


def import_register(
    folder: Path, as_of: date, progress: Callable[[int, Text], None], say: Say
) -> None:
    """Enter the county's register into the registry of record, as a user would: the very import."""
    from fangpin.exchange.actions import bring
    from fangpin.exchange.first_places import villages_of
    from fangpin.exchange.tasks import run_now
    from fangpin.places.actions import take_over
    from fangpin.policy import load_pack

    for file in sorted(folder.glob("*导出*.xlsx")):
        villages = villages_of(file, as_of)
        if not villages:
            continue
        say("正在导入台账 … / importing the registry ...")
        county = load_pack(PACK).area.zh
        for prefix in sorted({code[:6] for code, *_ in villages}):
            inside = [village for village in villages if village[0].startswith(prefix)]
            take_over(
                by=None,
                county=(f"{prefix}000000", county),
                villages=inside,
                valid_from=date(as_of.year, 1, 1),
            )
        with file.open("rb") as content:
            found = bring(
                by=None, name=file.name, chunks=iter(lambda: content.read(1 << 20), b""), on=as_of,
                queued=False,
            )  # fmt: skip
        run_now(found, by=None, progress=progress)
        return
    say("没有户籍台账文件，台账为空 / no register among the files; the registry stays empty")


def _months(county: Path, last: date) -> dict[date, Path]:
    """The day each month of the invented county is screened for: its end, the last as chosen."""
    folders = sorted(path for path in county.iterdir() if path.is_dir())
    found: dict[date, Path] = {}
    for folder in folders[:-1]:
        first = date.fromisoformat(f"{folder.name}-01")
        found[first.replace(day=monthrange(first.year, first.month)[1])] = folder
    return {**{day: folder for day, folder in found.items() if day < last}, last: folders[-1]}


def _by_step(progress: Callable[[int, Text], None]) -> Callable[[int, Text], None]:
    """Tell each step once: a terminal needs no line per per cent."""
    told: set[str] = set()

    def report(percent: int, step: Text) -> None:
        if step.en not in told:
            told.add(step.en)
            progress(percent, step)

    return report


def _invented(data_dir: Path, choice: Choice, say: Say) -> Path:
    """Folder of the invented county: one folder of files a month, and answers; made once."""
    from fangpin.sample.histories import generate_months

    folder = data_dir / "county" / f"{choice.households}-{choice.seed}-{choice.months}"
    if folder.exists():
        return folder
    say(
        f"正在生成虚构的县（{choice.households} 户，种子 {choice.seed}）… / "
        f"generating an invented county ({choice.households} households, seed {choice.seed}) ..."
    )
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    generate_months(partial, choice.households, choice.seed, choice.as_of, choice.months)
    partial.rename(folder)
    return folder


def welcome(url: str, password: str, data_dir: Path) -> str:
    """What the terminal shows once pages work."""
    from fangpin.people.demo import ACCOUNTS

    lines = [
        "",
        click.style(f"  防贫演示已就绪 / the demonstration is ready:  {url}", bold=True),
        "",
        f"  演示账号（密码均为 {password}）/ demo accounts (password of all: {password})",
    ]
    lines += [
        f"    {account.username:<11}{account.title.zh} / {account.title.en}" for account in ACCOUNTS
    ]
    lines += [
        "",
        f"  数据 / data: {data_dir}",
        "  按 Ctrl-C 停止 / press Ctrl-C to stop",
        "",
    ]
    return "\n".join(lines)
