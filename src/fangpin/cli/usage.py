"""What click says of a wrongly written command, as a sentence in both languages."""

import click

from fangpin.kernel.errors import FangpinError


def usage_problem(error: click.UsageError) -> FangpinError:
    """The problem (what, where) and how the command is written."""
    zh, en = _told(error)
    command = error.ctx.command_path if error.ctx else "fangpin"
    return FangpinError.because(
        zh,
        en,
        do_zh=f"用法见 {command} --help",
        do_en=f"see {command} --help",
    )


def _told(error: click.UsageError) -> tuple[str, str]:
    own = error.format_message().rstrip(".")
    own = own[:1].lower() + own[1:]
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            name, what = _name(param), _kind(param)
            expected = _expected(param)
            return (
                f"缺少{what[0]} {name}" + (f"，格式 {expected}" if expected else ""),
                f"the {what[1]} {name} is missing" + (f", written {expected}" if expected else ""),
            )
        case click.NoSuchOption(option_name=name, possibilities=near):
            close = "、".join(sorted(near or ()))
            return (
                f"没有选项 {name}" + (f"，是否指 {close}" if close else ""),
                own,
            )
        case click.BadOptionUsage(option_name=name):
            return f"选项 {name} 写法不对", own
        case click.BadParameter(param=click.Parameter() as param):
            return f"{_kind(param)[0]} {_name(param)} 的值不对", own
        case _:
            return "命令写法不对", own


def _name(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else (param.human_readable_name)


def _kind(param: click.Parameter) -> tuple[str, str]:
    return ("选项", "option") if isinstance(param, click.Option) else ("参数", "argument")


def _expected(param: click.Parameter) -> str:
    return "2021-05-31" if isinstance(param.type, click.DateTime) else ""
