"""Why a change to the tree is refused, in words."""

from datetime import date

from fangpin.kernel.errors import FangpinError
from fangpin.places.models import Place


def in_the_future(on: date, today: date) -> FangpinError:
    return FangpinError.because(
        f"生效日期 {on} 晚于今天 {today}",
        f"the change takes effect on {on}, which is after today, {today}",
        do_zh="填写已经生效的日期，未生效的变动到时再登记",
        do_en="give a day that has come; enter the change when it takes effect",
    )


def not_open(place: Place) -> FangpinError:
    return FangpinError.because(
        f"{place.name}（{place.code}）已于 {place.valid_to} 撤销",
        f"{place.name} ({place.code}) was closed on {place.valid_to}",
        do_zh="选择现行的区划，或先恢复它",
        do_en="choose a place that exists, or reopen it first",
    )


def too_early(place: Place, on: date, since: date) -> FangpinError:
    return FangpinError.because(
        f"{place.name}（{place.code}）现名现代码自 {since} 起有效，变动日期 {on} 不晚于它",
        f"{place.name} ({place.code}) stands as it is since {since}; {on} is not after that",
        do_zh="填写更晚的生效日期，或先撤销较晚的那次变动",
        do_en="give a later day, or undo the later change first",
    )


def bad_code(code: str, level: Place.Level) -> FangpinError:
    digits = Place.PREFIX_DIGITS[level]
    zeros = 12 - digits
    return FangpinError.because(
        f"代码“{code}”不是{LEVELS_ZH[level]}代码：应为 12 位数字"
        + (f"，后 {zeros} 位为 0，其余不全为 0" if zeros else "，后 3 位不全为 0"),
        f"“{code}” is no code of a {level}: 12 digits"
        + (f", the last {zeros} of them 0, and not the part before" if zeros else ", not …000"),
        do_zh="对照统计用区划代码核对后重填",
        do_en="compare with the statistical codes and enter it again",
    )


LEVELS_ZH = {
    Place.Level.PROVINCE: "省级",
    Place.Level.CITY: "市级",
    Place.Level.COUNTY: "县级",
    Place.Level.TOWNSHIP: "乡级",
    Place.Level.VILLAGE: "村级",
}


def outside_parent(code: str, parent: Place) -> FangpinError:
    return FangpinError.because(
        f"代码 {code} 不以上级 {parent.name} 的 {parent.prefix} 开头",
        f"the code {code} does not begin with {parent.prefix} of {parent.name}",
        do_zh="权限按代码划分，请使用上级名下的代码",
        do_en="rights follow codes; use a code below the parent's",
    )


def wrong_parent(parent: Place) -> FangpinError:
    return FangpinError.because(
        f"{parent.name} 的级别不在它之上",
        f"{parent.name} is not of a higher level",
        do_zh="选择上一级区划",
        do_en="choose a place of the level above",
    )


def code_taken(code: str, holder: Place) -> FangpinError:
    return FangpinError.because(
        f"代码 {code} 已由 {holder.name} 使用",
        f"the code {code} belongs to {holder.name}",
        do_zh="换一个代码，或先变更那个区划的代码",
        do_en="use another code, or change that place's code first",
    )


def no_name() -> FangpinError:
    return FangpinError.because(
        "没有填写名称，或名称超过 80 字",
        "the name is missing or longer than 80 characters",
        do_zh="填写区划全称，如“上河村”",
        do_en="enter the full name, such as 上河村",
    )


def no_change(place: Place) -> FangpinError:
    return FangpinError.because(
        f"{place.name} 的名称、代码和上级都没有变化",
        f"neither name nor code nor parent of {place.name} would change",
        do_zh="填写要改成的名称、代码或上级",
        do_en="enter the new name, code or parent",
    )


def still_in_use(place: Place, rows: int) -> FangpinError:
    return FangpinError.because(
        f"{place.name} 名下还有 {rows} 条登记（农户等）",
        f"{rows} records (households and the like) still belong to {place.name}",
        do_zh="先把它们调整到别的村，或改用合并",
        do_en="move them to another village first, or merge the place",
    )


def has_children(place: Place, count: int) -> FangpinError:
    return FangpinError.because(
        f"{place.name} 下面还有 {count} 个区划",
        f"{place.name} still has {count} places below it",
        do_zh="先调整或合并下面的区划",
        do_en="move or merge those first",
    )


def cannot_undo(zh: str, en: str) -> FangpinError:
    return FangpinError.because(
        f"这次变动不能撤销：{zh}",
        f"the change cannot be undone: {en}",
        do_zh="用一次新的变动改正",
        do_en="correct it with a new change",
    )
