"""All checks together, as text or JSON."""

import json
from collections.abc import Callable

import django
from django.db import DatabaseError

from fangpin.kernel.errors import FangpinError
from fangpin.upkeep.checks.finding import Finding, Level, refused, wrong

Reach = Callable[[], None]


def look(reach: Reach) -> list[Finding]:
    """Every check. `reach` brings the database up and connects; what cannot be looked at because
    of an earlier fault is left out, that fault is in the list."""
    try:
        django.setup()
    except FangpinError as error:
        return refused("settings", error)
    from fangpin.upkeep.checks import chosen, database, machine, outward, work
    from fangpin.upkeep.checks import reach as pages

    found = [*pages.look(), *chosen.look(), *machine.look()]
    try:
        reach()
    except FangpinError as error:
        return [*found, *refused("database", error)]
    found += database.look()
    if any(each.name == "tables" and each.level is not Level.ok for each in found):
        return found  # the tables of another version cannot be asked
    try:
        found += [*work.look(), *outward.look()]
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        found.append(
            wrong(
                "database",
                f"查询失败：{reason}",
                f"a query failed: {reason}",
                "检查数据库用户的权限",
                "check the permissions of the database login",
            )
        )
    return found


def failed(findings: list[Finding]) -> bool:
    """Is anything not fit for use?"""
    return any(each.level is Level.error for each in findings)


def as_text(findings: list[Finding], language: str | None) -> str:
    """Worst first, with a line of totals; without `language` in both."""
    order = (Level.error, Level.warning, Level.ok)
    ranked = sorted(findings, key=lambda each: order.index(each.level))
    lines = []
    for each in ranked:
        if language != "en":
            lines.append(each.in_language("zh"))
        if language != "zh":
            lines.append(each.in_language("en"))
    count = {level: sum(each.level is level for each in findings) for level in order}
    lines.append(
        f"错误 {count[Level.error]} · 提醒 {count[Level.warning]} · 正常 {count[Level.ok]}"
        if language == "zh"
        else f"errors {count[Level.error]}, warnings {count[Level.warning]}, ok {count[Level.ok]}"
    )
    return "\n".join(lines)


def as_json(findings: list[Finding]) -> str:
    """`{"failed": …, "findings": […]}`"""
    shown = {"failed": failed(findings), "findings": [each.as_json() for each in findings]}
    return json.dumps(shown, ensure_ascii=False, indent=1)
