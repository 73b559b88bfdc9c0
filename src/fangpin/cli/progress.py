"""Progress of a long command: one line on a terminal, nothing in a pipe."""

import sys
from types import TracebackType

import click

_WORDS = {
    "reading": "读取文件 reading",
    "rows": "检查数据 checking rows",
    "linking": "匹配人员 linking",
    "completeness": "核对完整性 completeness",
    "rules": "执行规则 rules",
    "findings": "生成疑点 findings",
    "returns": "生成退回表 workbooks",
}


class Steps:
    """`report(step, done, total)` as the library calls it."""

    def __init__(self, quiet: bool = False) -> None:
        self._shown = sys.stderr.isatty() and not quiet

    def report(self, step: str, done: int, total: int) -> None:
        """Draw the line anew."""
        if self._shown:
            share = f" {done}/{total}" if total else ""
            click.echo(f"\r\x1b[K{_WORDS.get(step, step)}{share}", nl=False, err=True)

    def __enter__(self) -> "Steps":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
