"""What an applicant agrees to, by version: the text that was shown stays known for ever."""

from dataclasses import dataclass
from typing import Final

from fangpin.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Consent:
    """One version of the text, paragraph by paragraph."""

    version: str
    paragraphs: tuple[Text, ...]


CONSENTS: Final = (
    Consent(
        "2026-11",
        (
            Text(
                "谁在处理：县级乡村振兴（防返贫监测）主管部门，由乡镇、村协助核实。",
                "Who: the county's bureau for preventing a return to poverty, with township and "
                "village checking on the spot.",
            ),
            Text(
                "为了什么：受理防返贫监测对象申请，核实家庭情况，落实帮扶。依据国家防止返贫动态监测和"
                "帮扶的有关规定。",
                "What for: to take the application, check the household's situation and give help, "
                "under the national rules on monitoring and help against a return to poverty.",
            ),
            Text(
                "用哪些信息：您填写的姓名、证件号码、电话、困难情况和照片；经授权，向公安、民政、医保、"
                "教育、人社、住建、自然资源、市场监管、税务、银行等单位核对家庭成员、收入、财产和支出。"
                "其中有敏感个人信息，不提供将无法核实。",
                "Which data: name, identity number, telephone, situation and photographs as you "
                "give them; with your authorisation departments and banks are asked about members, "
                "income, property and expenses. Some of it is sensitive; without it nothing can "
                "be checked.",
            ),
            Text(
                "给谁看：只给承办人员。公示时只显示遮蔽后的户主姓名、所在组和类别，不公开证件号码、电话、"
                "账户和身体情况。",
                "Who sees it: officers in charge. A notice shows the masked name of the head, "
                "group and category; no numbers, telephones, accounts or health.",
            ),
            Text(
                "您可以：查询、复制、更正自己的信息，撤回授权（已依法完成的核对不受影响）。"
                "可凭回执编号和查询码在本页查询，或向乡镇提出。",
                "You may see, copy and correct your data and withdraw this authorisation (checks "
                "already made stay). Use receipt number and code here, or ask the township.",
            ),
        ),
    ),
)


def current() -> Consent:
    """The text that is shown now."""
    return CONSENTS[-1]
