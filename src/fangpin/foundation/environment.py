"""Settings from the environment, read by small typed readers that refuse odd values.

A misspelt or impossible value stops the program with a sentence; it is never replaced by a default.
A secret may also come from a file named by `NAME_FILE`, as container platforms hand them over.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fangpin.kernel.errors import FangpinError, Where

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def _refuse(name: str, zh: str, en: str, *, do_zh: str, do_en: str) -> FangpinError:
    return FangpinError.because(zh, en, do_zh=do_zh, do_en=do_en, where=Where(file=name))


def text(name: str, default: str, *, env: Mapping[str, str] | None = None) -> str:
    """The value of `name` without surrounding blanks; `default` when it is unset or blank."""
    value = (os.environ if env is None else env).get(name, "").strip()
    return value or default


def secret(name: str, *, env: Mapping[str, str] | None = None) -> str | None:
    """The secret `name`, or the first line of the file that `NAME_FILE` points at; None if unset.

    Raises FangpinError when both are set or the file cannot be read.
    """
    source = os.environ if env is None else env
    direct, path = source.get(name, "").strip(), source.get(f"{name}_FILE", "").strip()
    if direct and path:
        raise _refuse(
            name,
            f"{name} 与 {name}_FILE 同时设置",
            f"{name} and {name}_FILE are both set",
            do_zh="只保留其中一个",
            do_en="keep only one of them",
        )
    if not path:
        return direct or None
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _refuse(
            f"{name}_FILE",
            f"无法读取文件 {path}:{error}",
            f"cannot read the file {path}: {error}",
            do_zh="检查路径和读取权限",
            do_en="check the path and the permission to read it",
        ) from error
    return lines[0].strip() if lines and lines[0].strip() else None


def flag(name: str, default: bool, *, env: Mapping[str, str] | None = None) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off, whatever the case. Anything else is refused."""
    value = text(name, "", env=env).lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise _refuse(
        name,
        f"“{value}”不是开关值",
        f"'{value}' is not a switch",
        do_zh="写 1 或 0",
        do_en="write 1 or 0",
    )


def whole_number(
    name: str, default: int, *, low: int, high: int, env: Mapping[str, str] | None = None
) -> int:
    """A whole number from `low` to `high` inclusive; signs and decimals are refused."""
    value = text(name, "", env=env)
    if not value:
        return default
    # int() would also take "1_000" and full-width digits, which nobody types on purpose.
    if re.fullmatch(r"[0-9]{1,9}", value) and low <= int(value) <= high:
        return int(value)
    raise _refuse(
        name,
        f"“{value}”不是 {low} 到 {high} 之间的整数",
        f"'{value}' is not a whole number from {low} to {high}",
        do_zh=f"例如 {default}",
        do_en=f"for example {default}",
    )


def port(name: str, default: int, *, env: Mapping[str, str] | None = None) -> int:
    """A TCP port that an ordinary user may open (1024 to 65535)."""
    return whole_number(name, default, low=1024, high=65535, env=env)


def words(
    name: str, default: tuple[str, ...], *, env: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """A comma-separated list without blanks; an empty item is refused."""
    value = text(name, "", env=env)
    if not value:
        return default
    items = tuple(item.strip() for item in value.split(","))
    if all(items):
        return items
    raise _refuse(
        name,
        f"“{value}”中有空项",
        f"'{value}' has an empty item",
        do_zh="各项之间只用一个逗号",
        do_en="put exactly one comma between two items",
    )


def whole_numbers(
    name: str, default: Mapping[str, int], *, env: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Some of the named whole numbers in `default`, as `name=number,name=number`; the others stay.
    Unknown names and anything but digits are refused."""
    found = dict(default)
    for item in words(name, (), env=env):
        key, _, value = item.partition("=")
        if key not in default or not re.fullmatch(r"[0-9]{1,9}", value):
            raise _refuse(
                name,
                f"“{item}”不是“名称=整数”，或名称不在其中：{'、'.join(default)}",
                f"'{item}' is not name=number with a name of: {', '.join(default)}",
                do_zh=f"例如 {next(iter(default))}={next(iter(default.values()))}",
                do_en=f"for example {next(iter(default))}={next(iter(default.values()))}",
            )
        found[key] = int(value)
    return found


def data_dir(*, env: Mapping[str, str] | None = None) -> Path:
    """FANGPIN_DATA_DIR, or `~/.local/share/fangpin`. Absolute; not created here."""
    value = text("FANGPIN_DATA_DIR", "", env=env)
    if not value:
        return Path("~/.local/share/fangpin").expanduser()
    path = Path(value).expanduser()
    if path.is_absolute():
        return path
    raise _refuse(
        "FANGPIN_DATA_DIR",
        f"“{value}”不是绝对路径",
        f"'{value}' is not an absolute path",
        do_zh="从 / 或 ~ 写起",
        do_en="start it with / or ~",
    )


def database_url(value: str) -> dict[str, str]:
    """Parts of `postgresql://user:password@host:port/name?sslmode=…` in Django's words.

    Only PostgreSQL is accepted. `host` may be a socket folder given as `?host=/path`.
    Returns the keys NAME USER PASSWORD HOST PORT and, when given, `sslmode`.
    """
    parts = urlsplit(value)
    name = unquote(parts.path.lstrip("/"))
    options = dict(item.partition("=")[::2] for item in parts.query.split("&") if item)
    unknown = sorted(set(options) - {"host", "sslmode"})
    if parts.scheme not in {"postgresql", "postgres"} or not name or unknown:
        why_zh = f"不认识的选项 {unknown}" if unknown else "只支持 PostgreSQL，且须写明库名"
        why_en = (
            f"unknown options {unknown}" if unknown else "only PostgreSQL, with a database name"
        )
        raise _refuse(
            "FANGPIN_DATABASE_URL",
            f"数据库地址无法使用：{why_zh}",
            f"this database address cannot be used: {why_en}",
            do_zh="写成 postgresql://用户:密码@主机:5432/库名",
            do_en="write postgresql://user:password@host:5432/name",
        )
    try:
        number = parts.port
    except ValueError as error:
        raise _refuse(
            "FANGPIN_DATABASE_URL",
            "端口不是数字",
            "the port is not a number",
            do_zh="PostgreSQL 的默认端口是 5432",
            do_en="PostgreSQL's default port is 5432",
        ) from error
    found = {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.get("host", "")) or (parts.hostname or ""),
        "PORT": str(number or ""),
    }
    if "sslmode" in options:
        found["sslmode"] = options["sslmode"]
    return found
