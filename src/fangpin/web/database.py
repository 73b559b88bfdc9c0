"""The database before first use: reachable, new enough, its tables up to date."""

import os

import django

from fangpin.foundation import environment
from fangpin.foundation.postgres import Server
from fangpin.kernel.errors import FangpinError, Where

OLDEST = 150000  # PostgreSQL 15, as the server numbers itself


def connect() -> None:
    """Set Django up and reach the database.

    Raises FangpinError when the server does not answer or is older than PostgreSQL 15.
    """
    django.setup()
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise FangpinError.because(
            f"连不上数据库：{reason}",
            f"the database cannot be reached: {reason}",
            do_zh="检查地址、用户名、密码，以及数据库是否已启动",
            do_en="check address, user and password, and whether the server runs",
            where=Where(file="FANGPIN_DATABASE_URL"),
        ) from error
    version = connection.pg_version  # type: ignore[attr-defined]
    if version < OLDEST:
        raise FangpinError.because(
            f"PostgreSQL 版本过低（{version // 10000}）",
            f"PostgreSQL {version // 10000} is too old",
            do_zh="请使用 15 或更新的版本",
            do_en="use version 15 or newer",
            where=Where(file="FANGPIN_DATABASE_URL"),
        )


def migrate(verbosity: int = 0) -> None:
    """Bring the tables up to date. FangpinError when the keys are not those of the database."""
    from django.core.management import call_command

    from fangpin.foundation.key_check import refuse_foreign_keys

    call_command("migrate", verbosity=verbosity, interactive=False)
    refuse_foreign_keys()


def for_one_command(*, migrating: bool = True) -> Server | None:
    """Make the database reachable for a single command; the embedded server is joined or started.

    Without `migrating` the tables stay as they are, even none.

    Returns the embedded server (stop it afterwards) or None for a database by URL.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "fangpin.web.settings"
    own = environment.secret("FANGPIN_DATABASE_URL") is not None
    server = None if own else Server(environment.data_dir()).start()
    try:
        connect()
        if migrating:
            migrate()
    except BaseException:
        if server is not None:
            server.stop()
        raise
    return server
