"""The command `fangpin`. Subcommands are imported when used: `fangpin pack` needs no Django."""

import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from fangpin import __version__
from fangpin.cli.usage import usage_problem
from fangpin.kernel.errors import FangpinError, Text


@dataclass(frozen=True)
class Lazy:
    """Where a subcommand is and what it does in a few words."""

    module: str
    attribute: str
    help: Text


COMMANDS = {
    "demo": Lazy(
        "fangpin.web.commands",
        "demo",
        Text("造一个虚构的县，筛查并打开页面", "Invent a county, screen it, serve the pages."),
    ),
    "screen": Lazy(
        "fangpin.cli.screen",
        "screen",
        Text("筛查一个文件夹里的部门数据", "Screen a folder of department files."),
    ),
    "what-if": Lazy(
        "fangpin.cli.what_if",
        "what_if",
        Text("换个标准或政策包试算", "Ask a run what if figures or the pack were others."),
    ),
    "backtest": Lazy(
        "fangpin.cli.backtest",
        "backtest",
        Text("回放过去各月，对照核查结果", "Replay past months against what became of findings."),
    ),
    "explain": Lazy(
        "fangpin.cli.explain",
        "explain",
        Text("说明一户、一人或一村的疑点", "Explain the findings of a household or person."),
    ),
    "quality": Lazy(
        "fangpin.cli.quality",
        "quality",
        Text("核对全国系统导出表的数据质量", "Check exports of the national system."),
    ),
    "feed": Lazy(
        "fangpin.cli.feed",
        "feed",
        Text("检查部门文件", "Check department files."),
    ),
    "pack": Lazy(
        "fangpin.cli.pack",
        "pack",
        Text("查看、检查、比较政策包", "Show, check and compare policy packs."),
    ),
    "sample": Lazy(
        "fangpin.cli.sample",
        "sample",
        Text("生成虚构县的部门数据", "Generate the files of an invented county."),
    ),
    "bench": Lazy(
        "fangpin.cli.bench",
        "bench",
        Text("与手写程序对照速度和结果", "Compare with the same job written by hand."),
    ),
    "scale": Lazy(
        "fangpin.cli.scale",
        "scale",
        Text("推算在集群上比对所需的机器和时间", "Work out machines and hours for a cluster."),
    ),
    "serve": Lazy(
        "fangpin.web.commands",
        "serve",
        Text("启动页面和后台任务", "Serve the pages and do background jobs."),
    ),
    "worker": Lazy(
        "fangpin.web.commands",
        "worker",
        Text("只做后台任务", "Do background jobs only."),
    ),
    "migrate": Lazy(
        "fangpin.web.commands",
        "migrate",
        Text("更新数据库表结构", "Bring the tables of the database up to date."),
    ),
    "load": Lazy(
        "fangpin.web.commands",
        "load",
        Text("把一次比对结果载入页面", "Show a run of `fangpin screen` on the pages."),
    ),
    "decisions": Lazy(
        "fangpin.web.commands",
        "decisions",
        Text("导出疑似同一人的认定", "Write what people decided about probable links."),
    ),
    "backup": Lazy(
        "fangpin.cli.upkeep",
        "backup",
        Text("备份数据库、文件和比对结果", "Write database, files and runs to one archive."),
    ),
    "restore": Lazy(
        "fangpin.cli.upkeep",
        "restore",
        Text("把备份恢复到空的系统", "Bring a backup into an empty installation."),
    ),
    "check": Lazy(
        "fangpin.cli.upkeep",
        "check",
        Text("检查运行环境是否安全、完整", "Tell what is unsafe or missing here."),
    ),
    "registry": Lazy(
        "fangpin.cli.registry",
        "registry",
        Text("台账：导入、导出、快照", "The registry: import, export, snapshots."),
    ),
    "keys": Lazy(
        "fangpin.cli.keys",
        "keys",
        Text("个人信息的密钥：查看、更换、销毁", "Keys of personal data: show, rotate, destroy."),
    ),
    "privacy": Lazy(
        "fangpin.cli.privacy",
        "privacy",
        Text("保存期限、删除名单", "Periods of keeping; erasing again after a restore."),
    ),
    "audit": Lazy(
        "fangpin.cli.audit",
        "audit",
        Text("核验审计记录，写出锚点", "Check the audit trail, and keep anchors of it."),
    ),
    "places": Lazy(
        "fangpin.cli.places",
        "places",
        Text("区划：载入、查看、检查", "The administrative tree: load, list, check."),
    ),
    "user": Lazy(
        "fangpin.web.commands",
        "user",
        Text("管理用户和任职", "People who sign in, and the posts they hold."),
    ),
}


class Commands(click.Group):
    """Finds subcommands by name without importing the others, and turns errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, lazy in COMMANDS.items() if _is_there(lazy.module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        lazy = COMMANDS.get(cmd_name)
        if lazy is None or not _is_there(lazy.module):
            return None
        found = getattr(import_module(lazy.module), lazy.attribute)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, str(COMMANDS[name].help)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            known = ", ".join(self.list_commands(ctx))
            raise FangpinError.because(
                f"没有命令 {name}",
                f"there is no command {name}",
                do_zh=f"可用的命令：{known}",
                do_en=f"use one of {known}",
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise FangpinError.because(
                "已中断，没有留下写了一半的结果",
                "interrupted; nothing half-written is left",
                do_zh="需要时重新运行即可",
                do_en="run the command again when you like",
            ) from None

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        given = list(args) if args is not None else sys.argv[1:]
        try:
            # Not standalone: click would print its own English text for a wrongly written command.
            sys.exit(super().main(args, prog_name, **{**extra, "standalone_mode": False}))
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(2)
        except click.UsageError as error:
            tell(usage_problem(error), given)
            sys.exit(2)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)
        except FangpinError as error:
            tell(error, given)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            tell(_as_sentence(error), given)
        sys.exit(1)


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def tell(error: FangpinError, args: list[str]) -> None:
    """All problems to standard error: in the language asked for with --lang, otherwise in both."""
    language = _language(args)
    click.echo(str(error) if language is None else error.in_language(language), err=True)


def _language(args: list[str]) -> Any:
    for position, arg in enumerate(args):
        word = arg.removeprefix("--lang=") if arg.startswith("--lang=") else None
        if arg == "--lang" and position + 1 < len(args):
            word = args[position + 1]
        if word in ("zh", "en"):
            return word
    return None


def _as_sentence(error: OSError) -> FangpinError:
    """What the operating system refused, as a problem with a remedy."""
    name = str(error.filename) if error.filename is not None else ""
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FangpinError.because(
            f"磁盘已满，写不下 {name}".rstrip(),
            f"the disk is full, {name or 'a file'} could not be written",
            do_zh="清出空间后重来；没有写完的结果不会留下",
            do_en="free some space and run it again; nothing half-written is kept",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return FangpinError.because(
            f"没有权限访问 {name}",
            f"no permission for {name}",
            do_zh="换一个有权限的文件夹，或调整权限",
            do_en="choose another folder or change its permissions",
        )
    if error.errno == errno.ENOENT:
        return FangpinError.because(
            f"找不到 {name}",
            f"there is no {name}",
            do_zh="检查路径是否写对",
            do_en="check the path",
        )
    return FangpinError.because(
        f"系统拒绝了操作：{reason} {name}".rstrip(),
        f"the system refused: {reason} {name}".rstrip(),
        do_zh="检查路径、权限和磁盘空间",
        do_en="check path, permissions and disk space",
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fangpin")
def main() -> None:
    """Fangpin 防贫 – from policy documents and department files to explained findings."""


if __name__ == "__main__":
    os.environ.setdefault("PYTHONIOENCODING", "utf-8")
    main()
