"""Words by which people mark rows that are no data: totals, notes, signatures, page headers.

Patterns work on squeezed text: no spaces, half-width, Chinese colon and brackets made ASCII.
"""

import re
import unicodedata

_FOLD = str.maketrans({"（": "(", "）": ")", "【": "(", "】": ")", "[": "(", "]": ")", "：": ":"})
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00a0]+")

_NUMBER = r"[\d,.]*"
TOTAL = re.compile(
    rf"^(?:[本全以上该]{{0,2}}(?:页|表|单|次|月|季|年|期|级|县|区|乡|镇|村|市|省)?"
    rf"(?:合计|总计|共计|累计合计|总合计)|合计|总计|共计|合計|total|grandtotal|sum)"
    rf"(?:数|人数|户数|金额|:|\(|=|{_NUMBER}(?:人|户|条|笔|元|万元|行|名|项|件|个|人次|户次)|$).*$",
    re.IGNORECASE,
)
"""合计, 总计, 合计:20109人, 全区合计 …"""
SUBTOTAL = re.compile(
    r"^.{0,24}(?:小计|小計|subtotal|分计)(?:数|人数|户数|金额|:.*|\(.*|$)", re.IGNORECASE
)
"""小计, 水川镇小计, 某支行小计 …"""
PLACE_TOTAL = re.compile(r"^.{2,16}(?:镇|乡|村|街道|社区|区|县|市|支行|学校)(?:合计|总计|共计)$")
"""四龙镇合计: the total of one part."""
COUNT = re.compile(
    rf"^(?:以上|上述|全表|本表|总)?(?:共|计|合计|总计|共计|总)(?:有|:)?{_NUMBER}"
    r"(?:人|户|条|笔|行|名|项|件|个|人次|户次)(?:记录|数据|人员|名单)?[,;。.].*$|"
    rf"^(?:以上|上述|全表|本表|总)?(?:共|计|合计|总计|共计|总)(?:有|:)?"
    rf"(?:{_NUMBER}(?:人|户|条|笔|行|名|项|件|个|人次|户次)(?:记录|数据|人员|名单)?[,;、]?)+$|"
    r"^(?:记录|数据|总)(?:总)?(?:条|行|人|户)?数:?\d[\d,]*.*$|"
    r"^(?:---*|\*\*\**)?(?:end|eof|结束|完)(?:---*|\*\*\**)?$",
    re.IGNORECASE,
)
"""共69条, 以上共计 1,024 户, 总记录数:812 …"""
NOTE = re.compile(
    r"^(?:注|备注|附注|说明|填表说明|填报说明|备注说明|特别说明|注意|注意事项|提示|口径|数据说明|"
    r"数据来源|数据口径|来源|注释|note|notes|remark|remarks|备 ?注)\d*(?::|\.|、|\(|;|,)|^[*※★]",
    re.IGNORECASE,
)
SIGNATURE = re.compile(
    r"^(?:制表|填表|制单|编制|填报|审核|审批|审定|复核|复审|经办|经办人|负责人|单位负责人|分管领导|"
    r"主管领导|主要领导|领导签字|校对|统计|联系人|盖章|签字|签章|打印|制作|录入|报送)"
    r"(?:人|员|单位|日期|时间|部门|人签字|\(盖章\)|\(签字\))?(?::|\(|$)|"
    r"^(?:单位)?\(?(?:盖章|公章|签章)\)?:?$|^\d{4}年\d{1,2}月\d{1,2}日$|^第?\d+页(?:[,/,]?共\d+页)?$"
)


def squeeze(text: str | None) -> str:
    """Text without any space, half-width, with ASCII brackets and colon; "" for null."""
    if not text:
        return ""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text).translate(_FOLD))


def marks_total(text: str | None) -> bool:
    """Does a cell announce a total of everything?"""
    squeezed = squeeze(text)
    return bool(squeezed) and bool(TOTAL.match(squeezed) or COUNT.match(squeezed))


def marks_subtotal(text: str | None) -> bool:
    """Does a cell announce the total of a part?"""
    squeezed = squeeze(text)
    return bool(squeezed) and bool(SUBTOTAL.match(squeezed) or PLACE_TOTAL.match(squeezed))


def marks_note(text: str | None) -> bool:
    """Does a cell begin a note, a signature line or a page number?"""
    squeezed = squeeze(text)
    return bool(squeezed) and bool(NOTE.match(squeezed) or SIGNATURE.match(squeezed))


def marks_no_data(text: str | None) -> bool:
    """Any of the above."""
    return marks_total(text) or marks_subtotal(text) or marks_note(text)
