"""Labels as yes and as no, and values as people read them, in Chinese and English."""

import re
from datetime import date

from fangpin.kernel.errors import Language
from fangpin.policy.language.evaluate import UNKNOWN, Result, rescaled
from fangpin.policy.language.types import ENGLISH_UNITS, MONTHS, Unit

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

# Yes/no labels in Chinese: the first pattern that fits turns the label into its negation.
_WHEN_ZH = "本月|上月|本年|上年|今年|去年|当年|当月|本学期|上学期|本学年|目前|当前"
_VERBS_ZH = (
    "享受|领取|参加|参保|持|办理|获得|发放|接受|购买|拥有|居住|住(?!房)|务工|失业|返乡|外出|担任|纳入|完成|"
    "签订|缴纳|申请|通过|达到|建立|具有|具备|登记|入学|就读|就业|创业|落实|收到|发生|在"
)
_TWO_STATEMENTS = "但|或|并|、(?!二级)"
_NEGATIONS_ZH: tuple[tuple[str, str], ...] = (
    (r"^(?:非|不属于|不属|不是)", "属于"),
    (r"^(?:无|没有)", "有"),
    (r"^(是|属于|属)", r"不\1"),
    (_TWO_STATEMENTS, ""),  # "本月失业或返乡": only the whole can be denied
    (r"(?<!不)([为是])(?=空$|数字|手机号)", r"不\1"),
    (r"(?<![不包])含(?!量)", "不含"),
    (r"^(?:未|尚未)", "已"),
    (r"仍未", "已"),
    (r"不(?=达标|合格|具备|符合|足|稳定|安全)", ""),
    (r"有人", "无人"),
    (r"已", "未"),
    (r"^(?=能|会|需|应|可|愿意)", "不"),
    (r"^在", "不在"),
    (r"(?=在籍|在岗|在校|在园|在册)", "不"),
    (r"(?=正常)", "未"),
    (r"(?=达标|合格)", "不"),
    (r"(^|[内中下])有(?!效)", r"\1无"),
    (rf"^((?:{_WHEN_ZH})?)({_VERBS_ZH})", r"\1未\2"),
)

_VERBS_EN = [
    "receives",
    "gets",
    "draws",
    "holds",
    "owns",
    "has",
    "works",
    "lives",
    "attends",
    "needs",
    "studies",
    "leads",
    "runs",
    "takes",
    "pays",
    "enjoys",
    "belongs",
]
_PASTS_EN = {"died": "die", "had": "have", "received": "receive", "held": "hold", "worked": "work"}
_STATES_EN = [
    "in",
    "on",
    "at",
    "able",
    "unable",
    "enrolled",
    "recorded",
    "being",
    "one",
    "from",
    "of",
    "under",
    "over",
    "out",
    "listed",
    "included",
    "registered",
    "employed",
    "insured",
    "married",
    "covered",
    "entitled",
]
_NEGATIONS_EN = (
    (r" not ", " "),
    (r" (?=(?:paid|granted|restored|issued) )", " not "),
    (r" is (?=blank$|a (?:mobile )?number$)", " is not "),
    (r" includes ", " does not include "),
)


def yes(label: str, language: Language) -> str:
    """A yes/no label as a statement that holds."""
    if language == "zh" and not _speaks_zh(label):
        return f"属于{label}"
    return label


def no(label: str, language: Language) -> str:
    """A yes/no label as a statement that does not hold."""
    return _no_zh(label) if language == "zh" else _no_en(label)


def _outside_brackets(label: str) -> str:
    return re.split(r"[(\uff08]", label, maxsplit=1)[0]


def _speaks_zh(label: str) -> bool:
    head = _outside_brackets(label)
    return any(re.search(pattern, head) for pattern, _ in _NEGATIONS_ZH) or bool(
        re.search(r"[为过了]", head)
    )


def _no_zh(label: str) -> str:
    head = _outside_brackets(label)
    for pattern, instead in _NEGATIONS_ZH:
        changed, count = re.subn(pattern, instead, head, count=1)
        if count and pattern == _TWO_STATEMENTS:
            return f"没有“{label}”的情形"
        if count:
            return changed + label[len(head) :]
    if re.search(r"[为过了]", head):
        return f"没有“{label}”的情形"
    return f"不属于{label}"


def _no_en(label: str) -> str:
    first, _, rest = label.partition(" ")
    if first in ("not", "no") and rest:
        return rest
    if first in ("somebody", "someone"):
        return f"nobody {rest}"
    if first in ("is", "was", "are", "were", "can", "may", "must", "will", "does", "did"):
        return f"{first} not {rest}"
    if first in _VERBS_EN:
        stem = {"has": "have", "studies": "study"}.get(first, first.removesuffix("s"))
        return f"does not {stem} {rest}"
    if first == "already":
        return _no_en(rest)
    if first in _PASTS_EN:
        return f"did not {_PASTS_EN[first]} {rest}"
    if first in _STATES_EN or first.endswith("ing"):
        return f"not {label}"
    head = _outside_brackets(label)
    for pattern, instead in _NEGATIONS_EN:
        changed, count = re.subn(pattern, instead, head, count=1)
        if count:
            return changed + label[len(head) :]
    if re.search(r"\b(household|village|person)\b", head):
        return f"not {'an' if first[:1] in 'aeio' else 'a'} {label}"
    return f"not “{label}”"


def unit_text(unit: Unit, language: Language, one: bool = False) -> str:
    """A unit as it stands behind a figure; amounts per occasion (元/次) are just 元."""
    if unit.power("元") == 1 and unit.power("次") == -1:
        unit = Unit.of((*unit.powers, ("次", 1)))
    if language == "zh":
        return "个月" if unit == MONTHS else str(unit)
    above = [_english(name, one) for name, power in unit.powers for _ in range(power)]
    below = [_english(name, True) for name, power in unit.powers for _ in range(-power)]
    text = "·".join(word for word in above if word)
    return f"{text} per {' and '.join(below)}".strip() if below else text


def _english(name: str, one: bool) -> str:
    word = {"岁": "years"}.get(name, ENGLISH_UNITS[name])
    return word[:-1] if one and word.endswith("s") else word


def number_text(
    value: int, scale: int, unit: Unit, language: Language, keep_decimals: bool = False
) -> str:
    """1234567 fen → 12,345.67 元. Trailing zeros go unless `keep_decimals`."""
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(scale + 1, "0")
    whole, decimals = digits[: len(digits) - scale], digits[len(digits) - scale :]
    kept = decimals.rstrip("0")
    if keep_decimals:
        kept = decimals[:2] + decimals[2:].rstrip("0")
    figure = f"{sign}{int(whole):,}" + (f".{kept}" if kept else "")
    words = unit_text(unit, language, one=figure == "1")
    return f"{figure} {words}" if words else figure


def percent_text(value: int, scale: int) -> str:
    """A share of 1 as a percentage with at most two decimals."""
    hundredths = rescaled(value * 100, scale, 2)
    return number_text(hundredths, 2, Unit(), "en") + "%"


def date_text(value: date, language: Language) -> str:
    """2021年5月31日, 31 May 2021."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def truth_text(value: Result, language: Language) -> str:
    """是, 否, 未知."""
    if value is UNKNOWN:
        return "未知" if language == "zh" else "unknown"
    words = ("是", "否") if language == "zh" else ("yes", "no")
    return words[0] if value else words[1]
