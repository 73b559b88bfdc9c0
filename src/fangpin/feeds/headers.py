"""Headers as people write them, brought into a form in which they can be compared.

`fold` removes what never matters (spaces, width, brackets with units, 的); `canonical` also maps
the usual synonyms of one word to one spelling. Both work on one header; results are cached.
"""

import re
import unicodedata
from functools import lru_cache

PATH = "/"
"""Between group and leaf of a two-level header. A slash inside a header is kept full-width."""

_BRACKETS = str.maketrans({"（": "(", "）": ")", "【": "(", "】": ")", "[": "(", "]": ")",
                           "〔": "(", "〕": ")", "{": "(", "}": ")"})  # fmt: skip
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00a0]+")
_CIRCLED = re.compile("^[\\s*]*[①-⑳⑴-⒇]")
_NUMBERING = re.compile(r"^(?:[a-z]?\d{1,3}[.、):]|\([a-z]?\d{1,3}\))(?=\D)")
_LEFT_OUT = re.compile(r"[的、,,.。:;'\"“”‘’*#_~·•・/\\|<>=+-]")

_UNIT = (
    r"(?:亿元|万元|千元|百元|元|角|分|人民币元|rmb)(?:/?(?:人|户|月|年|次|天|日|生|学期))*|"
    r"平方米|平米|m2|㎡|亩|公顷|公里|千米|km|米|%|百分比|"
    r"人次|户次|人|户|岁|周岁|月|个月|年|天|日|次|个|名|条|所|辆|头|只|台|套|间|吨|公斤"
)
_MONEY_UNIT = re.compile(r"亿元|万元|千元|百元|元")
_OUTSIDE_BRACKETS = re.compile(r"/(?![^(（]*[)）])")
_OFFICE = re.compile(r"(?:填报|报送|报告|制表|编制|主管|责任|经办|导出|发放|承办|牵头)$")
UNIT_IN_BRACKETS = re.compile(rf"\((?:单位:?)?({_UNIT})\)", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"\((?:必填|选填|非必填|可选|单选|多选|下拉.*?|格式.*?|如.*?|例.*?|请.*?|是/?否|是或否|"
    r"[yY]{2,4}.*?|\d+位.*?|文本.*?|填写.*?|注.*?|详见.*?|含.*?|不含.*?|至.*?级|保留.*?小数)\)"
)

_SYNONYMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (
            r"(?:公民|居民|有效|本人|第?二代)?(?:身份证件?|身份证明|身份|证件|社会保障|社保)"
            r"(?:证)?(?:号码|号|编号|代码|码)(?:\(18位\))?|(?:公民|居民)?身份证$",
            "身份证号",
        ),
        (r"(?:联系|手机|移动|固定)*(?:电话号码|电话号|电话|手机号码|手机号|手机)|联系方式", "电话"),
        (
            r"乡\(镇街道\)|乡镇\(街道\)|乡镇街道|乡镇办|乡\(镇\)|镇\(乡\)|镇乡|镇街|街道乡镇|街镇",
            "乡镇",
        ),
        (r"^(?:所在|所属)?(?:乡镇|镇|乡)(?:名称|名)?$", "乡镇"),
        (
            r"^(?:所在|所属)?(?:行政村|村|社区)(?:\(社区\)|\(居\)|社区|居|居委会|委会|组|\(组\)|名称|名|社)*$",
            "村",
        ),
        (r"(?:家庭|居住|详细|通讯|户籍|户口|常住|现|所在地|住)*(?:住址|地址|所在地)$", "地址"),
        (r"年月日|日期|时间", "日期"),
        (r"金额|数额|资金额", "金额"),
        (r"姓名|名字", "姓名"),
        (r"名称", "名"),
        (r"类别|类型|种类|性质|分类", "类型"),
        (r"状态|情况|状况|结果", "状态"),
        (r"编号|编码|代码|号码", "号"),
        (r"人口数|人口|人数", "人数"),
        (r"级别|等级", "等级"),
        (r"原因|事由|理由", "原因"),
        (r"开始|起始|起", "起"),
        (r"截止|终止|结束|到期|期满|止", "止"),
        (r"^是否(?:已经|已)?|^(?:所在|所属|当前|目前)", ""),
        (r"农牧户|农户", "户"),
        (r"补助|补贴|救助金|资助", "补贴"),
        (r"医院|医疗机构|医药机构", "医疗机构"),
        (r"院校|学校", "学校"),
    )
)

_SAME_MATTER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"(?<=[期放算始止记款批证岗定])日$|年月$|月份$|年月日期", "日期"),
        (r"年份", "年度"),
        (r"额度|总额|款额|金额数", "金额"),
        (r"流水号|凭证号|单据号|序列号|编目", "号"),
        (r"去世|逝世|亡故|身故|过世|离世|故去", "死亡"),
        (r"报销|报账", "结算"),
        (
            r"个人(?:自己)?(?:负担|支付|承担|自负|应付|现金支付)|自负|患者(?:负担|支付|承担)",
            "个人自付",
        ),
        (r"就医|看病|诊疗", "就诊"),
        (r"断水|停供|断供|供水中断|中断供水|停止供水", "停水"),
        (r"外出务工|打工|输转|转移就业|就业|从业|外出(?=日期|起|人)", "务工"),
        (r"返回|回流|回乡", "返乡"),
        (r"用人单位|用工单位|工作单位|企业", "单位"),
        (r"初次|初始|第一次|最早", "首次"),
        (r"注册|上牌", "登记"),
        (r"车牌照?|牌照|车号|车辆号牌", "号牌"),
        (r"机动车|汽车", "车辆"),
        (r"借款|放款|借据|信贷|放贷", "贷款"),
        (r"结欠|剩余|未还|未归还|尚欠|期末", "余额"),
        (r"拖欠|欠款", "逾期"),
        (r"灾害|灾情|受损|灾损|遭灾", "受灾"),
        (r"估损|估值", "损失"),
        (r"评定|评估|认定|评级", "鉴定"),
        (r"住房|农房|房子", "房屋"),
        (r"改造|整改|整治|处理", "处置"),
        (r"批准|审定|核准|批复|核批|审核", "审批"),
        (r"给付|拨付|支付", "发放"),
        (r"领取|纳入", "享受"),
        (r"住宿|住读|住校", "寄宿"),
        (r"变更|调整|撤并|合并", "变动"),
        (r"来话|接电|接报|接听|受理", "来电"),
        (r"派往|承办|承接|派单|交办", "转办"),
        (r"监护人", "家长"),
        (r"报酬|工资|薪酬|薪", "劳酬"),
        (r"幼儿|儿童|在校生", "学生"),
        (r"初次|首次", "首次"),
        (r"(?<=.)(?:名称|名)$", "名"),
        (r"同户主|和户主", "与户主"),
        (r"之间|目前|当前|现(?=状态)|具体|最新|最近|办理|有关|所属|本月|当月", ""),
    )
)
"""Wordings of one matter that are too loose to name a column for sure."""

_PERSON_ROLES = [
    "本人",
    "患者",
    "病人",
    "学生",
    "参保人员",
    "参保人",
    "被保险人",
    "缴费人",
    "保障对象",
    "低保对象",
    "享受对象",
    "享受人员",
    "享受人",
    "供养对象",
    "供养人员",
    "特困人员",
    "五保对象",
    "救助对象",
    "受助人",
    "被救助人",
    "残疾人",
    "持证人",
    "护林员",
    "岗位人员",
    "上岗人员",
    "聘用人员",
    "务工人员",
    "劳动力",
    "借款人",
    "贷款人",
    "客户",
    "车主",
    "所有人",
    "机动车所有人",
    "车辆所有人",
    "领取人",
    "待遇领取人",
    "领待人员",
    "死者",
    "逝者",
    "亡者",
    "死亡人员",
    "法定代表人",
    "经营者",
    "负责人",
    "人员",
    "对象",
    "成员",
    "家庭成员",
    "受益人",
    "补助对象",
    "补贴对象",
    "资助对象",
    "受助学生",
    "培训人员",
    "当事人",
]
_PERSON_PREFIX = re.compile(
    "^(?:"
    + "|".join(sorted(_PERSON_ROLES, key=len, reverse=True))
    + ")(?=身份证号$|姓名$|电话$|性别$)"
)
_ANY_PERSON = re.compile(
    r"^.{0,8}(?:人|人员|者|对象|户|居民|群众|劳动力|学生|幼儿|儿童|患者|客户|成员|本人|职工|农民)"
    r"(?=身份证号$|姓名$)"
)
OF_ANOTHER = re.compile(
    r"户主|申请人|家长|监护|联系|经办|帮扶|代领|代办|配偶|父|母|子女|负责|采集|审[核批]|录入|填[报表]|登记人|"
    r"照料|护理员|护理人|医[生师]|教师|班主任|校长|书记|主任|网格员|信息员|担保|法人|股东|家属|担保人|共同"
)
"""Whose name or number it is, when it is not that of the person a row is about."""
OF_THE_EXPORT = re.compile(
    r"(?:录入|导入|导出|上传|上报|采集|经办|操作|更新|修改|创建|同步|制表|填报|审[核批])(?:人|员|时间|日期|单位)|"
    r"数据来源|来源系统",
    re.IGNORECASE,
)
"""Columns about the keeping of the list: they name no column, and tell no rows apart."""


@lru_cache(maxsize=16384)
def tidy(text: str) -> str:
    """A header on one line, without spaces at the ends; inner slashes full-width."""
    joined = re.sub(r"[\r\n\t]+", "", unicodedata.normalize("NFC", text)).strip()
    return joined.strip("\u3000\u00a0 \ufeff").replace(PATH, "／")


@lru_cache(maxsize=65536)
def fold(header: str) -> str:
    """What two spellings of one header have in common; "" for nothing."""
    text = unicodedata.normalize("NFKC", _CIRCLED.sub("", header)).translate(_BRACKETS)
    text = _NUMBERING.sub("", _SPACES.sub("", text).lower())
    text = text.replace("：", ":")
    text = UNIT_IN_BRACKETS.sub("", text)
    text = _INSTRUCTION.sub("", text)
    text = re.sub(rf"[,:]?(?:单位)?:(?:{_UNIT})$", "", text)
    text = _LEFT_OUT.sub("", text)
    return text.replace("()", "")


@lru_cache(maxsize=65536)
def canonical(header: str) -> str:
    """`fold`, and one spelling for the usual synonyms of a word."""
    text = fold(header)
    for pattern, word in _SYNONYMS:
        text = pattern.sub(word, text)
    return text


@lru_cache(maxsize=65536)
def without_role(header: str) -> str:
    """`canonical` without the words that say whose it is: 患者姓名 → 姓名. A head's stays."""
    text = _PERSON_PREFIX.sub("", canonical(header))
    if OF_ANOTHER.search(text):
        return text
    return _ANY_PERSON.sub("", text)


@lru_cache(maxsize=65536)
def loose(header: str) -> str:
    """`canonical` with one word for what people call by several: 死亡日期 for 过世时间."""
    text = canonical(header)
    for pattern, word in _SAME_MATTER:
        text = pattern.sub(word, text)
    return text


def unit_of(header: str) -> str | None:
    """The unit in a header's brackets, or after 单位: at its end; null when none is declared.

    For "group/leaf" the leaf's unit wins over the group's.
    """
    for part in reversed(_OUTSIDE_BRACKETS.split(header)):
        text = _SPACES.sub("", unicodedata.normalize("NFKC", part).translate(_BRACKETS))
        found = UNIT_IN_BRACKETS.search(text) or re.search(rf"单位:?({_UNIT})$", text)
        if found:
            return found.group(1)
    return None


def money_unit(text: str) -> str | None:
    """The unit of amounts that a title or section line declares (单位:元, 金额单位:万元, …)."""
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text).translate(_BRACKETS))
    before = ""
    for part in re.split(r"(?<!位)单位(?!位)", plain):
        # 填报单位:某某局 names an office, not a unit.
        said = re.match(r"(?:为|是)?:?([^\n;;。)(]{0,24})", part)
        if before and said and not _OFFICE.search(before[-4:]):
            units = _MONEY_UNIT.findall(said.group(1))
            if units:
                return str(units[0])
        before += part or " "
    found = re.search(r"(?:金额|以下|均|数据)(?:均)?(?:以|按|为)(亿元|万元|千元|百元|元)", plain)
    return found.group(1) if found else None
