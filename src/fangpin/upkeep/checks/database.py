"""The database: version, login, durability, connection, tables, clock."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from fangpin.upkeep.checks.finding import Finding, fine, warn, wrong

_OLDEST = 150000
_CLOCK_SECONDS = 5


def look() -> list[Finding]:
    """All of it; reads only."""
    with connection.cursor() as cursor:
        return [
            _version(),
            _login(cursor),
            _connection(cursor),
            *_durability(cursor),
            _clock(cursor),
            _migrations(),
        ]


def _version() -> Finding:
    version = connection.pg_version  # type: ignore[attr-defined]
    if version < _OLDEST:
        return wrong(
            "database",
            f"PostgreSQL {version // 10000} 过旧",
            f"PostgreSQL {version // 10000} is too old",
            "升级到 15 或更新的版本",
            "upgrade to 15 or newer",
        )
    return fine("database", f"PostgreSQL {version // 10000}", f"PostgreSQL {version // 10000}")


def _login(cursor: Any) -> Finding:
    cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    superuser, bypasses = cursor.fetchone()
    if not superuser and not bypasses:
        return fine("database login", "普通登录", "an ordinary login")
    # The embedded server is reached over a private socket by its own superuser.
    return (warn if settings.EMBEDDED_DATABASE else wrong)(
        "database login",
        "程序以超级用户（或不受行级策略约束的用户）连接数据库",
        "the program connects as a superuser, or as a login that row policies do not bind",
        "为本系统建立普通用户（见 docs/deploy.md），写入 FANGPIN_DATABASE_URL",
        "make an ordinary login (docs/deploy.md) and name it in FANGPIN_DATABASE_URL",
    )


def _connection(cursor: Any) -> Finding:
    host = str(settings.DATABASES["default"].get("HOST", ""))
    local = host.startswith("/") or host in {"", "localhost", "127.0.0.1", "::1"}
    cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    row = cursor.fetchone()
    options: dict[str, str] = settings.DATABASES["default"].get("OPTIONS", {})  # type: ignore[assignment]
    mode = options.get("sslmode", "prefer")
    if local:
        return fine("database connection", "在本机", "on this machine")
    if row is None or not row[0]:
        return wrong(
            "database connection",
            "与数据库之间的连接没有加密",
            "the connection to the database is not encrypted",
            "在数据库上启用 TLS，并在 FANGPIN_DATABASE_URL 末尾加 ?sslmode=verify-full",
            "switch TLS on there and end FANGPIN_DATABASE_URL with ?sslmode=verify-full",
        )
    if mode not in {"verify-ca", "verify-full"}:
        return warn(
            "database connection",
            "连接已加密，但没有核对数据库的证书",
            "encrypted, but the certificate of the database is not checked",
            "在 FANGPIN_DATABASE_URL 末尾加 ?sslmode=verify-full",
            "end FANGPIN_DATABASE_URL with ?sslmode=verify-full",
        )
    return fine("database connection", "已加密并核对证书", "encrypted, certificate checked")


def _durability(cursor: Any) -> list[Finding]:
    off = []
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        cursor.execute(f"SHOW {name}")
        if cursor.fetchone() == ("off",):
            off.append(name)
    if off:
        return [
            wrong(
                "durability",
                f"数据库关闭了 {', '.join(off)}，断电会丢失数据",
                f"{', '.join(off)} is off: a power cut loses data",
                "在 PostgreSQL 配置中打开",
                "switch it on in PostgreSQL's configuration",
            )
        ]
    return [fine("durability", "已提交的数据不会因断电丢失", "what is committed survives")]


def _clock(cursor: Any) -> Finding:
    cursor.execute("SELECT clock_timestamp()")
    (theirs,) = cursor.fetchone()
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > _CLOCK_SECONDS:
        return wrong(
            "clock",
            f"本机与数据库的时钟相差 {apart:.0f} 秒",
            f"the clocks of this machine and the database are {apart:.0f} s apart",
            "在两台机器上启用时间同步（chrony 或 systemd-timesyncd）",
            "keep both machines on time (chrony or systemd-timesyncd)",
        )
    return fine("clock", "与数据库一致", "agrees with the database")


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return wrong(
            "tables",
            f"有 {len(waiting)} 项表结构更新未执行",
            f"{len(waiting)} changes of the tables have not been made",
            "执行 fangpin migrate",
            "run fangpin migrate",
        )
    strange = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if strange:
        app, name = sorted(strange)[0]
        return wrong(
            "tables",
            f"数据库比程序新（{app}.{name}）",
            f"the database is newer than the program ({app}.{name})",
            "安装更新的版本",
            "install the newer version",
        )
    return fine("tables", "表结构与程序一致", "the tables fit the program")
