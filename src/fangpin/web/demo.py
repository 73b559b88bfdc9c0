"""The demonstration: an invented county, screened, on pages, started and stopped by one command."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import django

from fangpin.foundation import environment
from fangpin.foundation.postgres import Server
from fangpin.foundation.secret_key import kept_secret
from fangpin.kernel.errors import Text
from fangpin.web.supervisor import Supervisor, listen_for_stop, refuse_taken_port

HOST = "127.0.0.1"
PACK = "baiyin-2021"
AS_OF = date(2021, 5, 31)
DEPARTMENT = "医疗保障局"
Say = Callable[[str], None]


def run(*, port: int, households: int, seed: int, say: Say) -> None:
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
        prepare_database()
        password = kept_secret(data_dir, "demo-password")[:16]
        prepare_county(data_dir, households=households, seed=seed, password=password, say=say)
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


def prepare_database() -> None:
    """Bring the database's tables up to date."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def prepare_county(data_dir: Path, *, households: int, seed: int, password: str, say: Say) -> None:
    """Generate, screen and load the invented county unless the database has a run already."""
    from fangpin.people.demo import ensure_accounts, refuse_real_users
    from fangpin.screening.models import Run
    from fangpin.screening.queries import busiest_village
    from fangpin.screening.tasks import screen_and_load

    refuse_real_users()
    if not Run.objects.filter(current=True).exists():
        from fangpin.sample import generate

        files = data_dir / "county" / f"{households}-{seed}"
        if not (files / ".complete").exists():
            say(
                f"正在生成虚构的县（{households} 户，种子 {seed}）… / "
                f"generating an invented county ({households} households, seed {seed}) ..."
            )
            generate(files, households=households, seed=seed)
            (files / ".complete").touch()

        def progress(percent: int, step: Text) -> None:
            say(f"  {percent:3d} %  {step.zh} / {step.en}")

        say("正在比对 … / screening ...")
        screen_and_load(
            by=None,
            folder=files,
            pack=PACK,
            as_of=AS_OF,
            out=data_dir / "runs" / f"{PACK}-{AS_OF}-{households}-{seed}",
            progress=progress,
        )
    village = busiest_village(Run.objects.get(current=True))
    ensure_accounts(password=password, village_code=village, department=DEPARTMENT)


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
