"""Why a row or cell was not simply accepted: one code per cause, with its sentence and remedy.

Sentences are templates. `{header}` is the sender's column header, `{delivered}` what was sent,
`{taken}` what was taken instead, `{detail}` a short addition such as the list of known words.
They are filled only when a verdict is written, never while rows are being processed.
"""

from dataclasses import dataclass
from enum import StrEnum

from fangpin.kernel.errors import Text


class Action(StrEnum):
    """What was done with a row or cell. `corrected` and `flagged` rows are used."""

    corrected = "corrected"
    flagged = "flagged"
    rejected = "rejected"
    duplicate = "duplicate"
    ignored = "ignored"
    quarantined = "quarantined"


@dataclass(frozen=True, slots=True)
class Reason:
    """Sentence and remedy of one cause, as templates, in both languages."""

    what: Text
    remedy: Text

    def sentence(self, language: str, **parts: str) -> str:
        """The filled sentence in `language`."""
        return _fill(self.what.zh if language == "zh" else self.what.en, parts)

    def advice(self, language: str, **parts: str) -> str:
        """The filled remedy in `language`."""
        return _fill(self.remedy.zh if language == "zh" else self.remedy.en, parts)


def _fill(template: str, parts: dict[str, str]) -> str:
    # Plain replacement: what senders write may itself contain braces.
    for name, value in parts.items():
        template = template.replace("{" + name + "}", value)
    return template


def _reason(zh: str, en: str, do_zh: str, do_en: str) -> Reason:
    return Reason(Text(zh, en), Text(do_zh, do_en))


_TEXT_FORMAT_ZH = "请将证件号列设为“文本”格式后从业务系统重新导出，不要在原表上补零。"
_TEXT_FORMAT_EN = (
    "Set the ID column to text and export it again from your system; do not refill the digits."
)
_CHECK_ID_ZH = "请对照身份证或户口簿核对号码后重报本行。"
_CHECK_ID_EN = "Check the number against the ID card or household book and send the row again."
_NOTHING_ZH = "无需重报；请在业务系统中更正，下次导出即一致。"
_NOTHING_EN = "No need to resend; correct it in your system so that the next export agrees."

REASONS: dict[str, Reason] = {
    # ---- identity numbers that cannot be used -------------------------------------------------
    "id_numeric_cell": _reason(
        "“{header}”以数值存储，第16位起的数字已经丢失，不能采用(送来的是 {delivered})。",
        "“{header}” is stored as a number; its digits from the 16th on are lost ({delivered}).",
        _TEXT_FORMAT_ZH,
        _TEXT_FORMAT_EN,
    ),
    "id_scientific_text": _reason(
        "“{header}”是科学计数法文本 {delivered}，数字已经丢失，不能采用。",
        "“{header}” is scientific notation ({delivered}); the digits are lost.",
        _TEXT_FORMAT_ZH,
        _TEXT_FORMAT_EN,
    ),
    "id_wrong_length": _reason(
        "“{header}”位数不对({delivered})，应为18位。",
        "“{header}” has the wrong number of digits ({delivered}); 18 are needed.",
        _CHECK_ID_ZH,
        _CHECK_ID_EN,
    ),
    "id_bad_characters": _reason(
        "“{header}”含有不应出现的字符({delivered})。",
        "“{header}” holds characters that do not belong there ({delivered}).",
        _CHECK_ID_ZH,
        _CHECK_ID_EN,
    ),
    "id_bad_date": _reason(
        "“{header}”中的出生日期不存在({delivered})。",
        "The birth date inside “{header}” does not exist ({delivered}).",
        _CHECK_ID_ZH,
        _CHECK_ID_EN,
    ),
    "id_wrong_check_digit": _reason(
        "“{header}”校验位不通过({delivered})，可能有数字录错或相邻两位颠倒。",
        "The check digit of “{header}” does not fit ({delivered}); a digit may be wrong or two "
        "neighbours exchanged.",
        _CHECK_ID_ZH,
        _CHECK_ID_EN,
    ),
    "id_blank": _reason(
        "“{header}”为空。",
        "“{header}” is blank.",
        "请补填证件号后重报本行。",
        "Fill in the number and send the row again.",
    ),
    "id_placeholder": _reason(
        "“{header}”是无证件号占位码({delivered})，不参与按号比对。",
        "“{header}” is a placeholder for a missing number ({delivered}); it is not compared.",
        "取得正式证件号后请更新。",
        "Replace it once a real number has been issued.",
    ),
    "id_of_another": _reason(
        "该证件号({delivered})在台账中属于另一人，与本行姓名不符，不记到号码持有人名下。",
        "This number ({delivered}) belongs to another person in the register; the names differ, "
        "so the row is not booked to its holder.",
        "请核对本行的姓名和证件号，改正后重报。",
        "Check name and number of this row, correct and send it again.",
    ),
    "id_shared_in_register": _reason(
        "台账中另有一人使用同一证件号({delivered})；本行号码与出生日期相符，按本行采用，两行均须核对。",
        "Another person in the register carries the same number ({delivered}); this row agrees "
        "with its birth date and is used. Check both rows.",
        "请核对同号的两人，更正错误的一方。",
        "Check the two persons with this number and correct the wrong one.",
    ),
    "register_id_unusable": _reason(
        "台账证件号不能采用({detail}):{delivered}。该人仍保留在户内，但不参与按号比对。",
        "The number in the register cannot be used ({detail}): {delivered}. The person stays in "
        "the household but is not compared by number.",
        "请对照身份证或户口簿核对，在全国系统中更正。",
        "Check it against the ID card or household book and correct it in the national system.",
    ),
    "register_head_id_unusable": _reason(
        "户表中的户主证件号不能采用({detail}):{delivered}。该户保留，户主以人表为准。",
        "The head's number in the household table cannot be used ({detail}): {delivered}. The "
        "household stays; the person table says who is head.",
        "请对照身份证或户口簿核对，在全国系统中更正。",
        "Check it against the ID card or household book and correct it in the national system.",
    ),
    "id_bad_disability_code": _reason(
        "“{header}”末位的残疾类别或等级不存在({delivered})。",
        "The category or level at the end of “{header}” does not exist ({delivered}).",
        "请对照残疾人证核对证号后重报。",
        "Check it against the certificate and send the row again.",
    ),
    "register_id_of_another": _reason(
        "台账中该证件号({delivered})属于另一人，本人的号码未知；该人仍保留在户内，但不参与按号比对。",
        "In the register this number ({delivered}) belongs to another person; the own number is "
        "unknown. The person stays in the household but is not compared by number.",
        "请核对本人证件号，在全国系统中更正。",
        "Check the person's own number and correct it in the national system.",
    ),
    # ---- identity numbers that were put right -------------------------------------------------
    "id_normalised": _reason(
        "“{header}”已规范化({detail}):按 {taken} 采用。",
        "“{header}” was normalised ({detail}): taken as {taken}.",
        _NOTHING_ZH,
        _NOTHING_EN,
    ),
    "id_repaired": _reason(
        "“{header}”校验不通过({delivered})；唯一能通过校验、且姓名和村都相符的登记人员已找到，"
        "暂记到此人名下，确认前相关事实按未知处理。",
        "“{header}” fails its check ({delivered}); exactly one registered person fits number, name "
        "and village. The row is booked to that person provisionally; the facts stay unknown "
        "until somebody confirms.",
        "请核对号码并确认是否为此人。",
        "Check the number and confirm the person.",
    ),
    "register_id_repaired": _reason(
        "本行证件号有效，但台账所登号码有误；姓名和村相符、号码仅差一处，已对应到此人。",
        "This number is valid, the one in the register is not; name and village agree and the "
        "numbers differ in one place, so the row was booked to that person.",
        "请在全国系统中更正台账号码。",
        "Correct the number in the national system.",
    ),
    "number_differs": _reason(
        "本行证件号有效，但不在台账中；同村有同名登记人员，号码或出生日期与本行相近，请核对是否为同一人。",
        "This number is valid but not in the register; a registered person of the same name and "
        "village has a similar number or the same birth date. Check whether it is the same person.",
        "请核对本行与台账的证件号。",
        "Check the number of this row and that of the register.",
    ),
    "columns_swapped": _reason(
        "本行姓名与证件号填反，已对调后采用。",
        "Name and number stand in each other's column in this row; they were exchanged.",
        "请在下次报送前把两列摆正。",
        "Put the two columns right before the next delivery.",
    ),
    # ---- names --------------------------------------------------------------------------------
    "name_normalised": _reason(
        "“{header}”去除空格或标注后按“{taken}”采用(送来的是“{delivered}”)。",
        "“{header}” was taken as “{taken}” after removing spaces or remarks (“{delivered}”).",
        _NOTHING_ZH,
        _NOTHING_EN,
    ),
    "name_variant": _reason(
        "姓名写法与台账不同(异体字、繁简或间隔号):送来“{delivered}”，台账为“{taken}”；证件号相符，视为同一人。",
        "The name is spelt differently from the register (variant characters or middle dot): "
        "“{delivered}” here, “{taken}” there; the number agrees, so it is the same person.",
        _NOTHING_ZH,
        _NOTHING_EN,
    ),
    "name_lost_characters": _reason(
        "姓名中的生僻字在导出时丢失(送来“{delivered}”，台账为“{taken}”)；按证件号采用，请核对姓名。",
        "A rare character of the name was lost on export (“{delivered}” here, “{taken}” in the "
        "register); booked by number, please check the name.",
        "请用 GB18030 或 UTF-8 编码重新导出姓名。",
        "Export names as GB18030 or UTF-8.",
    ),
    "name_masked": _reason(
        "姓名已脱敏(“{delivered}”)，只能按证件号对应，姓氏相符。",
        "The name is masked (“{delivered}”); booked by number, the surname agrees.",
        "如有可能，请报送完整姓名。",
        "Send full names if you may.",
    ),
    "name_blank": _reason(
        "“{header}”为空，仅按证件号对应。",
        "“{header}” is blank; booked by number only.",
        "请补填姓名。",
        "Fill in the name.",
    ),
    # ---- linked without a number --------------------------------------------------------------
    "linked_by_name_birth_village": _reason(
        "没有可用的证件号；姓名、出生日期和村在本表和台账中都唯一，已对应到该登记人员。",
        "There is no usable number; name, birth date and village are unique here and in the "
        "register, so the row was booked to that person.",
        "请补填证件号，并确认是否为此人。",
        "Fill in the number and confirm the person.",
    ),
    "linked_by_name_village": _reason(
        "没有可用的证件号；该村登记人员中只有一人同名，已对应到其所在户。",
        "There is no usable number; only one registered person of this village has that name, so "
        "the row was booked to that household.",
        "请补填证件号，并确认是否为此户。",
        "Fill in the number and confirm the household.",
    ),
    "linked_by_head": _reason(
        "本人证件号为空；按户主证件号找到该户，户内只有一人同名，已对应到此人。",
        "The person's own number is blank; the head's number gives the household, where exactly "
        "one member has that name.",
        "请补填本人证件号。",
        "Fill in the person's own number.",
    ),
    "linked_by_model": _reason(
        "没有可用的证件号；按姓名读音和字形、出生日期、村等综合比对，对应到最可能的一人({taken})，且明显"
        "优于其他人。依据及权重(以2为底的对数):{detail}。",
        "There is no usable number; by name, birth date, village and what else is given the row "
        "most probably means one person ({taken}), well ahead of anybody else. Grounds and weights "
        "(log2): {detail}.",
        "请补填证件号，并确认是否为此人。",
        "Fill in the number and confirm the person.",
    ),
    "linked_by_review": _reason(
        "没有可用的证件号；经人工核对，确认为该登记人员({taken})。",
        "There is no usable number; somebody compared both sides and confirmed the person "
        "({taken}).",
        "请补填证件号。",
        "Fill in the number.",
    ),
    "linked_by_text": _reason(
        "按正文中的{detail}对应到台账中的户。",
        "Booked to a household by {detail} in the text.",
        "回访时请核实是否为此户。",
        "Confirm the household when calling back.",
    ),
    "not_linked_ambiguous": _reason(
        "没有可用的证件号，台账中有 {detail} 人可能与本行相符，不能自动确定。",
        "There is no usable number and {detail} registered persons may be meant; it cannot be "
        "decided automatically.",
        "请补填证件号后重报，或由乡镇人工确认。",
        "Fill in the number and send it again, or let the township decide.",
    ),
    "not_linked_clue": _reason(
        "正文中没有能唯一确定农户的证件号、电话或“村名+姓名”，留待人工对应。",
        "The text gives no number, phone or village and name that point to one household; left "
        "for a person to match.",
        "请转办单位回访补充住址和姓名。",
        "Ask the caller for address and name.",
    ),
    "village_of_several": _reason(
        "“{delivered}”是合并后的村名，登记册中仍是 {detail} 个村，本行同时记到这些村。",
        "“{delivered}” is the name of merged villages that the register still keeps as {detail}; "
        "the row is booked to all of them.",
        "请注明涉及原来哪个村、哪些组。",
        "Say which of the former villages and groups are concerned.",
    ),
    "not_linked_village": _reason(
        "“{delivered}”在台账和区划变动表中找不到对应的村。",
        "“{delivered}” is no village of the register or of the table of changes.",
        "请填写规范的乡镇和行政村名称或12位区划代码。",
        "Give the official township and village names or the 12-digit code.",
    ),
    # ---- dates, money, numbers, words ---------------------------------------------------------
    "date_impossible": _reason(
        "“{header}”不是存在的日期({delivered})，日期按空处理，其余内容照常采用。",
        "“{header}” is no existing date ({delivered}); the date is left blank, the rest is used.",
        "请改正日期。",
        "Correct the date.",
    ),
    "date_unreadable": _reason(
        "“{header}”认不出是什么日期({delivered})，日期按空处理。",
        "“{header}” cannot be read as a date ({delivered}); it is left blank.",
        "请按“2021-05-31”的形式填写。",
        "Write dates like 2021-05-31.",
    ),
    "money_pending": _reason(
        "“{header}”写的是“{delivered}”，不是0;金额按未知处理，保留本行。",
        "“{header}” says “{delivered}”, which is not zero; the amount is unknown, the row stays.",
        "核定后请补报金额。",
        "Send the amount once it is settled.",
    ),
    "money_unreadable": _reason(
        "“{header}”认不出金额({delivered})，按未知处理。",
        "“{header}” cannot be read as an amount ({delivered}); it is unknown.",
        "请填写以元为单位的数字。",
        "Give a number in yuan.",
    ),
    "money_free_text": _reason(
        "“{header}”是文字金额({delivered})，按 {taken} 元采用。",
        "“{header}” is an amount in words ({delivered}), taken as {taken} yuan.",
        "请填写以元为单位的数字。",
        "Give a number in yuan.",
    ),
    "money_range": _reason(
        "“{header}”是一个范围({delivered})，取较低值 {taken} 元。",
        "“{header}” is a range ({delivered}); the lower value {taken} yuan is used.",
        "核定后请补报确定的金额。",
        "Send the settled amount.",
    ),
    "money_too_precise": _reason(
        "“{header}”小数位多于分({delivered})，不能确定金额，按未知处理。",
        "“{header}” has more decimals than fen ({delivered}); the amount is unknown.",
        "请核对金额和单位(元、万元)。",
        "Check amount and unit (元 or 万元).",
    ),
    "unit_of_section": _reason(
        "本段注明单位为{detail}，“{header}”{delivered} 折合 {taken} 元。",
        "This block is declared in {detail}; “{header}” {delivered} is {taken} yuan.",
        "请全表统一用元。",
        "Use yuan throughout.",
    ),
    "unit_undeclared": _reason(
        "“{header}”没有注明单位是元还是万元({delivered})，不能猜测，按未知处理。",
        "Nothing says whether “{header}” is in 元 or 万元 ({delivered}); it is not guessed.",
        "请在表头注明金额单位后重报。",
        "State the unit in the header and send the file again.",
    ),
    "number_unreadable": _reason(
        "“{header}”不是数字({delivered})，按未知处理。",
        "“{header}” is not a number ({delivered}); it is unknown.",
        "请填写数字。",
        "Give a number.",
    ),
    "out_of_domain": _reason(
        "“{header}”{delivered} 超出可能的范围({detail})，按未知处理。",
        "“{header}” {delivered} is outside what is possible ({detail}); it is unknown.",
        "请核对数值和单位(元、万元)。",
        "Check the value and its unit (元 or 万元).",
    ),
    "unknown_word": _reason(
        "“{header}”的写法“{delivered}”不在代码表中，按未知处理；可用的写法:{detail}。",
        "“{header}” says “{delivered}”, which is not in the vocabulary and is unknown; known "
        "words: {detail}.",
        "请改用代码表中的写法。",
        "Use a word of the vocabulary.",
    ),
    "bool_unreadable": _reason(
        "“{header}”应填是或否，送来的是“{delivered}”，按未知处理。",
        "“{header}” should be 是 or 否, it says “{delivered}”; it is unknown.",
        "请填“是”或“否”。",
        "Write 是 or 否.",
    ),
    "code_invalid": _reason(
        "“{header}”校验不通过({delivered})。",
        "“{header}” fails its check ({delivered}).",
        "请核对代码。",
        "Check the code.",
    ),
    "formula_without_value": _reason(
        "“{header}”是没有计算结果的公式。",
        "“{header}” is a formula without a stored result.",
        "请在 Excel 中打开、重新计算并保存，或粘贴为数值后重报。",
        "Open the file in Excel, recalculate and save, or paste values, and send it again.",
    ),
    "cell_error": _reason(
        "“{header}”是出错的公式({delivered})。",
        "“{header}” is a formula error ({delivered}).",
        "请改正公式或直接填写数值后重报。",
        "Correct the formula or give the value, and send it again.",
    ),
    "required_blank": _reason(
        "必填的“{header}”为空。",
        "“{header}” is required and blank.",
        "请补填后重报本行。",
        "Fill it in and send the row again.",
    ),
    "level_conflict": _reason(
        "残疾人证号末位等级与“{header}”({delivered})不一致，两者都不采用，等级按未知处理。",
        "The level in the certificate number and “{header}” ({delivered}) disagree; neither is "
        "used and the level is unknown.",
        "请核对残疾人证后更正其中一处。",
        "Check the certificate and correct one of the two.",
    ),
    "category_conflict": _reason(
        "残疾人证号中的类别与“{header}”({delivered})不一致，两者都不采用，类别按未知处理。",
        "The category in the certificate number and “{header}” ({delivered}) disagree; neither is "
        "used and the category is unknown.",
        "请核对残疾人证后更正其中一处。",
        "Check the certificate and correct one of the two.",
    ),
    # ---- rows ---------------------------------------------------------------------------------
    "duplicate_row": _reason(
        "与第 {detail} 行完全相同(不计序号)，只计一次。",
        "Identical with row {detail} (the serial number aside); counted once.",
        "请删除重复行。",
        "Remove the repeated row.",
    ),
    "duplicate_in_another_part": _reason(
        "同一内容在“{detail}”中已经报过，只计一次。",
        "The same content was already delivered in “{detail}”; counted once.",
        "请不要重复报送。",
        "Do not send rows twice.",
    ),
    "same_key_different": _reason(
        "“{header}”{delivered} 与第 {detail} 行相同，但内容不同，两行都保留，请核对。",
        "“{header}” {delivered} is the same as in row {detail} but the content differs; both are "
        "kept, please check.",
        "请确认哪一行正确。",
        "Say which row is right.",
    ),
    "hidden_row": _reason(
        "本行在表中被隐藏，仍按数据读取。",
        "This row is hidden in the sheet; it was read as data.",
        "如不应报送，请删除该行后重报。",
        "Delete the row and send the file again if it should not count.",
    ),
    "broken_record": _reason(
        "这条记录的字段数不符({detail})。",
        "This record has the wrong number of fields ({detail}).",
        "请检查字段内是否含分隔符或换行，改正后重报本条；可能应为:{taken}",
        "Look for separators or line breaks inside a field, correct and send it again; it may "
        "have been meant as: {taken}",
    ),
    "place_wrong_township": _reason(
        "{delivered}不在所写的乡镇；按台账登记地({taken})采用。",
        "{delivered} does not lie in the township given; the registered place ({taken}) is used.",
        "请核对乡镇和村。",
        "Check township and village.",
    ),
    "place_normalised": _reason(
        "“{delivered}”按台账写法归到{taken}。",
        "“{delivered}” was taken as {taken}, as the register writes it.",
        _NOTHING_ZH,
        _NOTHING_EN,
    ),
    "place_old_name": _reason(
        "“{delivered}”是旧村名，按区划变动归到{taken}。",
        "“{delivered}” is a former village; it now belongs to {taken}.",
        "请改用现村名。",
        "Use the present name.",
    ),
    "place_merged_name": _reason(
        "“{delivered}”是合并后的村名，按台账登记地归到{taken}。",
        "“{delivered}” is the name of merged villages; the registered place {taken} is used.",
        "请核对该户现属的行政村。",
        "Check which village the household belongs to.",
    ),
    # ---- register -----------------------------------------------------------------------------
    "person_in_two_households": _reason(
        "同一人已在户 {detail} 登记，只能保留一处；本行不采用。",
        "The same person is already registered in household {detail}; only one place can stand, "
        "this row is not used.",
        "请核实其户口所在户，在全国系统中删除另一处。",
        "Find the household of residence and remove the other entry in the national system.",
    ),
    "person_of_two_households_kept": _reason(
        "同一人另在户 {detail} 登记；暂按本行采用，请核实。",
        "The same person is also registered in household {detail}; this row is used for now.",
        "请核实其户口所在户，在全国系统中删除另一处。",
        "Find the household of residence and remove the other entry in the national system.",
    ),
    "household_size_mismatch": _reason(
        "户表人口数 {delivered} 与人表实有 {taken} 人不符，以人表为准。",
        "The household table says {delivered} members, the person table holds {taken}; the person "
        "table counts.",
        "请核对家庭成员。",
        "Check the members of the household.",
    ),
    "household_unknown": _reason(
        "户编号 {delivered} 不在户表中，本人不能归户。",
        "Household {delivered} is not in the household table; the person has no household.",
        "请在户表中补报该户或更正户编号。",
        "Add the household to the household table or correct its number.",
    ),
    "household_number_repeated": _reason(
        "户编号 {delivered} 在第 {detail} 行已经出现，本行不采用。",
        "Household number {delivered} already stands in row {detail}; this row is not used.",
        "请核对户编号。",
        "Check the household number.",
    ),
    "household_without_members": _reason(
        "户 {delivered} 在人表中没有成员。",
        "Household {delivered} has no members in the person table.",
        "请补报家庭成员。",
        "Add the members of the household.",
    ),
    "place_unknown": _reason(
        "认不出该户所在的村({delivered})，本户不能归村。",
        "The village of this household cannot be made out ({delivered}).",
        "请填写规范的乡镇、村名或12位区划代码。",
        "Give the official township and village names or the 12-digit code.",
    ),
    "head_number_differs": _reason(
        "户表所登户主证件号与人表不同({delivered})，以人表为准。",
        "The head's number in the household table differs from the person table ({delivered}); "
        "the person table counts.",
        "请核对户主证件号，在全国系统中更正。",
        "Check the head's number and correct it in the national system.",
    ),
    # ---- areas --------------------------------------------------------------------------------
    "delivery_quarantined": _reason(
        "整份数据暂不采用:{detail}",
        "The whole delivery is set aside: {detail}",
        "请核对后整份重报。",
        "Check and send the whole file again.",
    ),
    "not_data": _reason(
        "本行不是数据({detail})。",
        "This row is not data ({detail}).",
        "无需处理。",
        "Nothing to do.",
    ),
}

ID_PROBLEMS = frozenset(
    {
        "id_numeric_cell",
        "id_scientific_text",
        "id_wrong_length",
        "id_bad_characters",
        "id_bad_date",
        "id_wrong_check_digit",
        "id_bad_disability_code",
    }
)
"""Verdicts of an identity number that is there but cannot be used."""
