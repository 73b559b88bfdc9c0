"""The same deliveries as other offices lay them out: header → contract column, invented cells.

One line per sheet column: `header > column : cells`; `column` is empty for columns that belong to
no contract column. Cells are a kind of `CELLS`, or words separated by `/`.
"""

from collections.abc import Callable
from dataclasses import dataclass


def identity(number: int, offset: int = 0) -> str:
    """An invented identity number of the unassigned area 299900."""
    serial = number * 7 + offset
    body = (
        f"299900{1940 + serial % 70}{1 + serial % 12:02d}{1 + serial % 28:02d}{serial % 1000:03d}"
    )
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + "10X98765432"[check]


SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "秀英建国文华玉兰志强桂芳永福"

CELLS: dict[str, Callable[[int], object]] = {
    "serial": lambda n: n + 1,
    "town": lambda n: ("东川镇", "西岭乡", "南坪镇")[n % 3],
    "village": lambda n: ("柳树村", "石门村", "高台村", "上湾村")[n % 4],
    "address": lambda n: f"某某区东川镇柳树村{n % 6 + 1}组",
    "name": lambda n: SURNAMES[n % 10] + GIVEN[(n * 3) % 14] + GIVEN[(n * 5 + 1) % 14],
    "head": lambda n: SURNAMES[n % 10] + GIVEN[(n * 7 + 2) % 14],
    "id": identity,
    "headid": lambda n: identity(n, 3),
    "cert": lambda n: identity(n) + "4" + "1234"[n % 4],
    "phone": lambda n: f"139{n:08d}",
    "date": lambda n: f"2022-0{1 + n % 6}-{1 + n % 28:02d}",
    "past": lambda n: f"20{10 + n % 9}.{1 + n % 12}.{1 + n % 28}",
    "serialdate": lambda n: 44600 + n,
    "month": lambda n: f"20{15 + n % 6}{1 + n % 12:02d}",
    "thismonth": lambda n: "202206",
    "money": lambda n: 120.5 + 37 * n,
    "wan": lambda n: 1 + n % 5,
    "int": lambda n: 1 + n % 6,
    "yesno": lambda n: "是否"[n % 2],
    "number": lambda n: 3.5 + n,
    "text": lambda n: f"内容{n}",
    "code": lambda n: f"HT2022{n:06d}",
    "account": lambda n: f"62179651234{n:08d}",
    "household": lambda n: f"29990010{n // 3:06d}",
    "person": lambda n: f"29990010{n:08d}",
    "year": lambda n: 2022,
    "blank": lambda n: None,
}


@dataclass(frozen=True)
class Column:
    header: str
    column: str
    cells: tuple[object, ...]


@dataclass(frozen=True)
class Variant:
    name: str
    contract: str
    title: str
    sheet: str
    columns: tuple[Column, ...]
    rows: int = 24

    @property
    def header(self) -> list[str]:
        return [column.header for column in self.columns]

    @property
    def body(self) -> list[list[object]]:
        return [
            [column.cells[row % len(column.cells)] for column in self.columns]
            for row in range(self.rows)
        ]

    @property
    def mapping(self) -> dict[str, int]:
        return {column.column: index for index, column in enumerate(self.columns) if column.column}


def variant(
    name: str, contract: str, lines: str, *, title: str = "", sheet: str = "Sheet1"
) -> Variant:
    columns = []
    for line in lines.strip().splitlines():
        left, _, cells = line.rpartition(" : ")
        header, _, column = left.partition(" > ")
        kind = CELLS.get(cells.strip())
        values = tuple(kind(n) for n in range(24)) if kind else tuple(cells.strip().split("/"))
        columns.append(Column(header.strip(), column.strip(), values))
    return Variant(name, contract, title, sheet, tuple(columns))


VARIANTS = [
    variant(
        "medical, one sheet for both kinds, patient first",
        "medical_settlement",
        """
        参保人姓名 > name : name
        身份证号码 > id_number : id
        参保地 > township : town
        就医类型 > settlement_kind : 普通住院/门诊慢特病
        定点医疗机构 > hospital : 县医院/中医院
        入院时间 > admitted_on : date
        出院时间 > discharged_on : date
        结算时间 > settled_on : date
        总费用(元) > total_cost : money
        基本医疗保险基金支付(元) > paid_by_pool : money
        大病保险基金支付(元) > paid_by_serious_illness : money
        医疗救助基金支付(元) > paid_by_assistance : money
        个人负担费用(元) > self_paid : money
        单据编号 > receipt : code
        """,
    ),
    variant(
        "medical, amounts in 万元 in the title",
        "medical_settlement",
        """
        编号 > serial : serial
        镇街 > township : town
        村社区 > village : village
        患者 > name : name
        患者身份证号码 > id_number : id
        住院机构名称 > hospital : 县医院/市医院
        结算日期 > settled_on : serialdate
        发票号 > receipt : code
        医疗费用总额 > total_cost : money
        三重保障报销金额 >  : money
        报销后个人自付金额 > self_paid : money
        """,
        title="2022年上半年城乡居民住院报销情况\n单位:元",
        sheet="住院",
    ),
    variant(
        "insurance",
        "insurance_enrolment",
        """
        所属乡镇 > township : town
        行政村(社区) > village : village
        参保人 > name : name
        证件号码 > id_number : id
        参保身份 > insurance_subsidy : 普通居民/低保对象/脱贫人口
        参保险种 > insurance_kind : 城乡居民医保/职工医保
        缴费状态 > insurance_status : 已缴费/未缴费
        缴费时间 > enrolled_on : date
        实缴金额 > contribution : money
        """,
        title="某某区2022年度城乡居民医保参保缴费名册",
    ),
    variant(
        "school",
        "school_roll",
        """
        学籍号 > roll_number : code
        学生 > name : name
        性别 > sex : 男/女
        身份证件类型 >  : 居民身份证
        身份证件号 > id_number : id
        学校 > school : 柳树小学/石门中学
        就读年级 > grade : 三年级/初一/高二
        班级 > class : 1班/2班
        户籍所在地 > address : address
        监护人 > head_name : head
        监护人身份证号码 > head_id_number : headid
        监护人联系电话 > phone : phone
        学生当前状态 > school_status : 在校/休学/转出
        """,
    ),
    variant(
        "disability certificates",
        "disability_certificates",
        """
        序号 > serial : serial
        持证人姓名 > name : name
        身份证号 > id_number : id
        残疾人证件号码 > certificate_number : cert
        残疾种类 > disability_category : 肢体/视力/听力
        残疾级别 > disability_level : 一级/二级/3级
        发证日期 > issued_on : past
        有效期限 > valid_until : date
        户籍地址 > address : address
        联系方式 > phone : phone
        状态 > certificate_status : 有效/注销
        """,
        title="全区持证残疾人基本情况表",
    ),
    variant(
        "disability allowance",
        "disability_allowance",
        """
        乡(镇、街道) > township : town
        村(居)委会 > village : village
        补贴对象姓名 > name : name
        身份证号码 > id_number : id
        残疾证号码 > certificate_number : cert
        残疾类型 > disability_category : 肢体/智力
        残疾级别 > disability_level : 一级/二级
        享受补贴种类 > allowance_kind : 护理补贴/生活补贴
        月补贴标准(元) > amount : money
        开户行 >  : 农商银行
        一折通账号 > account : account
        """,
    ),
    variant(
        "subsistence, one row per member, head's number beside the head",
        "subsistence_allowance",
        """
        序号 > serial : serial
        乡镇 > township : town
        村委会 > village : village
        户主 > head_name : head
        身份证号 > head_id_number : headid
        低保类别 > subsistence_class : A类/B类/C类
        保障人口 > persons : int
        本月发放金额(元) > monthly_amount : money
        家庭成员 > name : name
        成员身份证号 > id_number : id
        与户主关系 > relation_to_head : 户主/配偶/长子
        """,
        title="2022年6月份农村居民最低生活保障对象名册",
    ),
    variant(
        "subsistence, persons only",
        "subsistence_allowance",
        """
        低保证编号 > household_number : code
        申请人姓名 > head_name : head
        享受人员姓名 > name : name
        享受人员身份证号 > id_number : id
        与申请人关系 > relation_to_head : 本人/妻子/儿子
        低保档次 > subsistence_class : 一类/二类
        户月补助金额 > monthly_amount : money
        批准享受时间 > started_in : month
        """,
        sheet="低保6月",
    ),
    variant(
        "destitute",
        "destitute_support",
        """
        姓名 > name : name
        性别 > sex : 男/女
        公民身份证号码 > id_number : id
        家庭住址 > address : address
        供养类别 > support_mode : 分散/集中
        生活自理能力评估结果 > self_care : 自理/半护理/全护理
        基本生活标准(元/月) > monthly_standard : money
        照料护理标准(元/月) > care_amount : money
        照料人姓名 > carer : head
        """,
    ),
    variant(
        "relief",
        "temporary_relief",
        """
        申请人 > name : name
        身份证号码 > id_number : id
        所在乡镇 > township : town
        所在村 > village : village
        困难类型 > relief_reason : 因病/火灾/其他
        救助资金(元) > amount : money
        发放时间 > approved_on : date
        联系电话 > phone : phone
        """,
        title="临时救助资金发放公示表",
    ),
    variant(
        "deaths",
        "deaths",
        """
        逝者姓名 > name : name
        性别 > sex : 男/女
        身份证号码 > id_number : id
        户口所在地 > address : address
        去世时间 > death_date : date
        火化时间 > cremated_on : date
        死因 > death_cause : 因病/老死
        经办人 >  : head
        """,
    ),
    variant(
        "housing, plain headers",
        "housing_inspection",
        """
        乡镇 > township : town
        行政村 > village : village
        姓名 > head_name : head
        身份证号 > head_id_number : headid
        户类型 > household_category : 脱贫户/低保户
        结构形式 > structure : 砖混/土木
        房屋面积(平方米) > area : number
        安全性评定等级 > housing_grade : A级/B级/C级/D级
        评定日期 > inspected_on : past
        改造情况 > housing_treatment : 未改造/已改造
        """,
        title="农村危房排查台账",
    ),
    variant(
        "water",
        "water_monthly",
        """
        镇 > township : town
        村名 > village : village
        供水工程名称 > scheme : 东川水厂/联村供水站
        覆盖人口(人) > persons_served : int
        水质是否达标 > water_quality : 达标/不达标
        停水天数(天) > outage_days : int
        停水时段 > outage_text : text
        是否已恢复供水 > restored : yesno
        停水原因 > remark : text
        """,
    ),
    variant(
        "posts",
        "public_welfare_posts",
        """
        聘用人员姓名 > name : name
        身份证 > id_number : id
        所在乡镇 > township : town
        所在村 > village : village
        岗位类型 > post_kind : 保洁员/护路员
        聘用时间 > starts_on : past
        合同到期时间 > ends_on : date
        岗位补贴标准(元/月) > monthly_pay : money
        是否在岗 > post_status : 在岗/离岗
        实际居住地 > residence : address
        """,
        title="乡村公益性岗位人员花名册",
    ),
    variant(
        "rangers",
        "public_welfare_posts",
        """
        护林员编号 >  : code
        姓名 > name : name
        身份证号码 > id_number : id
        责任区 > address : address
        聘用日期 > starts_on : past
        年度管护报酬(元) > yearly_pay : money
        聘用状态 > post_status : 在岗/已退出
        """,
        title="2022年生态护林员选聘名册",
        sheet="护林员",
    ),
    variant(
        "migrant work",
        "migrant_work",
        """
        务工人员姓名 > name : name
        务工人员身份证号 > id_number : id
        户籍乡镇 > township : town
        户籍村 > village : village
        务工省份 > work_province : 甘肃省/浙江省
        务工城市 > work_city : 兰州市/宁波市
        务工区县 > work_county : 某某区/鄞州区
        就业企业 > employer : 某某公司
        外出务工日期 > left_on : past
        月平均工资(元) > monthly_wage : money
        目前就业状态 > migrant_status : 在岗/失业/返乡
        """,
    ),
    variant(
        "vehicles",
        "vehicles",
        """
        车主姓名 > name : name
        车主身份证号码 > id_number : id
        车牌号码 > plate : code
        机动车种类 > vehicle_kind : 小型轿车/普通二轮摩托车
        品牌型号 > brand : text
        注册登记日期 > registered_on : past
        车辆状态 > vehicle_status : 正常/注销
        车辆使用性质 > vehicle_use : 非营运
        """,
    ),
    variant(
        "business",
        "business_registration",
        """
        企业名称 > business_name : text
        统一社会信用代码 > credit_code : 92299900MA00000001
        法定代表人姓名 > name : name
        法定代表人身份证号 > id_number : id
        企业类型 > business_kind : 个体工商户/有限责任公司
        注册资金(万元) > capital : wan
        成立时间 > established_on : past
        经营状态 > business_status : 在业/注销
        """,
    ),
    variant(
        "loans",
        "microloans",
        """
        承贷银行 > branch : 农商银行
        借款人姓名 > name : name
        借款人身份证号 > id_number : id
        借款合同号 > contract_number : code
        借款金额(元) > loan_amount : money
        借款日期 > lent_on : past
        约定到期日 > due_on : date
        结欠余额(元) > balance : money
        是否逾期 > loan_status : 正常/逾期
        备注 > remark : text
        """,
    ),
    variant(
        "disaster",
        "disasters",
        """
        乡镇 > township : town
        村 > village : village
        受灾户姓名 > head_name : head
        受灾户身份证号 > head_id_number : headid
        灾害发生时间 > happened_on : date
        灾害类型 > disaster_kind : 洪涝/冰雹
        受灾描述 > damage : text
        直接经济损失(万元) > loss : wan
        """,
    ),
    variant(
        "pensions",
        "pension_payments",
        """
        领取人姓名 > name : name
        身份证号码 > id_number : id
        乡镇 > township : town
        村 > village : village
        养老金(元/月) > pension : money
        发放月份 > paid_in : thismonth
        待遇状态 > payment_status : 正常/暂停
        首次领取时间 > started_in : month
        """,
    ),
    variant(
        "hotline",
        "hotline_clues",
        """
        受理编号 > ticket : code
        受理时间 > called_on : date
        来电人 > name : name
        来电号码 > phone : phone
        反映内容 > content : text
        承办单位 > handled_by : text
        办理情况 > clue_status : 办结/办理中
        """,
    ),
    variant(
        "civil register",
        "civil_register",
        """
        姓名 > name : name
        公民身份号码 > id_number : id
        户籍变动原因 > move_kind : 迁入/迁出/出生/死亡
        户籍变动时间 > moved_on : date
        迁出地址 > moved_from : address
        迁入地址 > moved_to : address
        乡镇 > township : town
        """,
    ),
    variant(
        "Yulu",
        "yulu_grants",
        """
        乡镇名称 > township : town
        村名称 > village : village
        学生姓名 > name : name
        身份证号 > id_number : id
        就读学校名称 > school : 职业学院
        学历层次 > school_stage : 中职一年级/高职高专二年级
        资助金额(元) > amount : money
        户主姓名 > head_name : head
        户主证件号码 > head_id_number : headid
        """,
    ),
    variant(
        "villages merged",
        "place_changes",
        """
        现乡镇 > township : town
        变更前名称 > old_village : village
        变更前代码 > old_code : code
        变更后名称 > new_village : village
        变更后代码 > new_code : code
        变更时间 > changed_in : year
        变更方式 > change_kind : 合并/更名
        """,
    ),
    variant(
        "village facts",
        "village_facts",
        """
        乡镇 > township : town
        行政村 > village : village
        户数 > households : int
        人口数 > persons : int
        低保人数 > subsistence_persons : int
        危房户数 > dangerous_houses : int
        村集体经济收入(万元) > collective_income : wan
        通客运班车 > bus_service : yesno
        """,
    ),
    variant(
        "households, short",
        "household_register",
        """
        乡镇 > township : town
        行政村 > village : village
        村民小组 > hamlet : 1组/2组
        户编号 > household_number : household
        户主姓名 > head_name : head
        户主证件号码 > head_id_number : headid
        家庭人口 > household_size : int
        户类型 > household_category : 一般农户/脱贫户
        监测对象类别 > monitoring_category : 边缘易致贫户
        风险是否已消除 > risk_removed : yesno
        家庭年纯收入 > net_income : money
        家庭人均纯收入(元) > net_income_per_person : money
        """,
        title="农户基本信息",
    ),
    variant(
        "persons, short",
        "person_register",
        """
        乡镇 > township : town
        行政村 > village : village
        户编号 > household_number : household
        人编号 > person_number : person
        姓名 > name : name
        证件号码 > id_number : id
        与户主关系 > relation_to_head : 户主/配偶/之子
        劳动能力 > labour_ability : 普通劳动力/无劳动力
        在校状况 > school_stage : 小学/七年级
        健康状况 > health : 健康/残疾
        """,
        title="家庭成员信息",
    ),
]
