"""What can be said about an identity number: one code per cause, each with its sentence."""

from enum import StrEnum
from typing import Final

from fangpin.kernel.errors import Text


class Verdict(StrEnum):
    """One cause per code. Only `ok` and `ok_normalised` carry a number to link by."""

    ok = "ok"
    ok_normalised = "ok_normalised"
    blank = "blank"
    placeholder = "placeholder"
    numeric_cell = "numeric_cell"
    scientific_text = "scientific_text"
    wrong_length = "wrong_length"
    bad_characters = "bad_characters"
    bad_date = "bad_date"
    wrong_check_digit = "wrong_check_digit"
    bad_disability_code = "bad_disability_code"


class Correction(StrEnum):
    """What was put right on the way to the normalised number, in the order it is reported."""

    full_width = "full_width"
    zero_width = "zero_width"
    nbsp = "nbsp"
    tab = "tab"
    line_break = "line_break"
    outer_space = "outer_space"
    inner_space = "inner_space"
    excel_text = "excel_text"
    apostrophe = "apostrophe"
    text_prefix = "text_prefix"
    separator = "separator"
    lower_x = "lower_x"
    x_look_alike = "x_look_alike"
    fifteen_digits = "fifteen_digits"
    disability_20 = "disability_20"
    disability_22 = "disability_22"


class Sex(StrEnum):
    """From the 17th digit: odd male, even female (GB 11643)."""

    male = "male"
    female = "female"


WHAT: Final[dict[Verdict, Text]] = {
    Verdict.ok: Text("证件号码无误", "the number is valid"),
    Verdict.ok_normalised: Text("证件号码规范化后无误", "the number is valid after tidying"),
    Verdict.blank: Text("证件号码为空", "the identity number is blank"),
    Verdict.placeholder: Text(
        "证件号码为无证件人员占位码(前6位999999)",
        "the number is a stand-in for a person without papers (prefix 999999)",
    ),
    Verdict.numeric_cell: Text(
        "证件号码以数值存储，第15位以后已丢失，即使校验位碰巧相符也不可信",
        "the number was stored as a numeric value; digits after the 15th are lost, "
        "even where the check digit happens to fit",
    ),
    Verdict.scientific_text: Text(
        "证件号码为科学计数法文本，数字已丢失",
        "the number is in scientific notation; its digits are lost",
    ),
    Verdict.wrong_length: Text(
        "证件号码位数不符(应为18位、15位，残疾人证20位或22位)",
        "the number has a wrong length (18 or 15 digits, disability certificates 20 or 22)",
    ),
    Verdict.bad_characters: Text(
        "证件号码含有不允许的字符", "the number contains characters that do not belong there"
    ),
    Verdict.bad_date: Text(
        "证件号码中的出生日期不存在或不合理", "the birth date in the number is impossible"
    ),
    Verdict.wrong_check_digit: Text(
        "证件号码校验位不符", "the check digit of the number does not fit"
    ),
    Verdict.bad_disability_code: Text(
        "残疾人证号末位的类别(1-7)或等级(1-4)不符",
        "the disability category (1-7) or level (1-4) at the end of the number is invalid",
    ),
}

_LOOK_UP = Text(
    "请对照身份证或户口簿核对后重填", "check against the identity card and enter it again"
)
_AS_TEXT = Text(
    "请把该列设为文本格式后从原系统重新导出，不要手工补位",
    "set the column to text and export it again from the source system; do not fill in digits",
)
REMEDY: Final[dict[Verdict, Text]] = {
    Verdict.ok: Text("无需处理", "nothing to do"),
    Verdict.ok_normalised: Text(
        "已自动规范，建议在原系统中改正", "tidied automatically; better put right at the source"
    ),
    Verdict.blank: Text("请补填证件号码", "fill in the identity number"),
    Verdict.placeholder: Text(
        "人员保留，不参与按号比对；办理证件后请补填",
        "the person is kept but not matched by number; fill it in once papers are issued",
    ),
    Verdict.numeric_cell: _AS_TEXT,
    Verdict.scientific_text: _AS_TEXT,
    Verdict.wrong_length: _LOOK_UP,
    Verdict.bad_characters: _LOOK_UP,
    Verdict.bad_date: _LOOK_UP,
    Verdict.wrong_check_digit: _LOOK_UP,
    Verdict.bad_disability_code: Text(
        "请对照残疾人证核对证号后重填",
        "check against the disability certificate and enter it again",
    ),
}

CORRECTION_TEXT: Final[dict[Correction, Text]] = {
    Correction.full_width: Text("全角改半角", "full-width characters"),
    Correction.zero_width: Text("去除不可见字符", "invisible characters removed"),
    Correction.nbsp: Text("去除不间断空格", "no-break spaces removed"),
    Correction.tab: Text("去除制表符", "tabs removed"),
    Correction.line_break: Text("去除换行", "line breaks removed"),
    Correction.outer_space: Text("去除首尾空格", "outer spaces removed"),
    Correction.inner_space: Text("去除中间空格", "inner spaces removed"),
    Correction.excel_text: Text('去除公式文本 ="…"', 'Excel text formula ="…" removed'),
    Correction.apostrophe: Text("去除撇号或引号", "apostrophes or quotes removed"),
    Correction.text_prefix: Text("去除前缀文字", "prefix words removed"),
    Correction.separator: Text("去除分隔符", "separators removed"),
    Correction.lower_x: Text("小写 x 改大写", "lower-case x"),
    Correction.x_look_alike: Text("形近字符改为 X", "look-alike of X"),
    Correction.fifteen_digits: Text("15位升18位", "15 digits extended to 18"),
    Correction.disability_20: Text("20位残疾人证号", "20-digit disability certificate"),
    Correction.disability_22: Text("22位残疾人证号(补办)", "22-character reissued certificate"),
}
