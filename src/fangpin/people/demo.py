"""The accounts of a demonstration: one for each role. They exist in a demonstration only."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.actions import give_post
from fangpin.people.models import Post, Role, User
from fangpin.people.rights import ADMINISTRATORS
from fangpin.places.models import Place


@dataclass(frozen=True)
class DemoAccount:
    """User name, invented person, title, role."""

    username: str
    full_name: str
    title: Text
    role: Role


ACCOUNTS = (
    DemoAccount("county", "周明远", Text("县级主管部门", "County bureau"), Role.COUNTY_BUREAU),
    DemoAccount("township", "李晓兰", Text("乡镇干部", "Township officer"), Role.TOWNSHIP_OFFICER),
    DemoAccount("village", "王建国", Text("村级工作人员", "Village worker"), Role.VILLAGE_WORKER),
    DemoAccount(
        "department",
        "陈思雨",
        Text("医保局联络员", "Liaison, medical security"),
        Role.DEPARTMENT_LIAISON,
    ),
    DemoAccount("approver", "何敏", Text("县级审批人", "Approver"), Role.APPROVER),
    DemoAccount("leader", "赵国强", Text("县级领导", "Leader"), Role.LEADER),
    DemoAccount("auditor", "孙静", Text("审计人员", "Auditor"), Role.AUDITOR),
    DemoAccount(
        "admin", "吴涛", Text("系统管理员", "System administrator"), Role.SYSTEM_ADMINISTRATOR
    ),
    DemoAccount(
        "security",
        "郑凯",
        Text("安全管理员", "Security administrator"),
        Role.SECURITY_ADMINISTRATOR,
    ),
    DemoAccount(
        "audit", "冯洁", Text("审计管理员", "Audit administrator"), Role.AUDIT_ADMINISTRATOR
    ),
)
_FROM = date(2020, 1, 1)


def refuse_real_users() -> None:
    """Raise FangpinError when the database belongs to a real installation."""
    if User.objects.filter(is_demo=False).exists():
        raise FangpinError.because(
            "该数据库中已有正式用户，不能作为演示库",
            "this database has real users; it cannot serve a demonstration",
            do_zh="取消 FANGPIN_DATABASE_URL，或指定一个空库",
            do_en="unset FANGPIN_DATABASE_URL, or name an empty database",
        )


def refuse_demo_users() -> None:
    """Raise FangpinError when demonstration accounts exist: they never serve real use."""
    if User.objects.filter(is_demo=True).exists():
        raise FangpinError.because(
            "该数据库是演示库，含演示账号，不能正式使用",
            "this is a demonstration's database, with its accounts; it cannot serve real use",
            do_zh="设置另一个 FANGPIN_DATA_DIR 或 FANGPIN_DATABASE_URL",
            do_en="set another FANGPIN_DATA_DIR or FANGPIN_DATABASE_URL",
        )


def _hashed(password: str) -> str:
    """The hash of the demonstration's one password, made once: each takes a third of a second."""
    first = User.objects.filter(username=ACCOUNTS[0].username, is_demo=True).first()
    if first is not None and check_password(password, first.password):
        return first.password
    return make_password(password)


@transaction.atomic
def ensure_accounts(*, password: str, village_code: str, department: str) -> None:
    """Create or refresh the demonstration accounts.

    The village worker works in the village `village_code`, the township officer in its township,
    the county's people in its county; the liaison belongs to `department`.
    """
    refuse_real_users()
    village = Place.objects.select_related("parent__parent").get(code=village_code, valid_to=None)
    township = village.parent
    if township is None:
        raise ValueError(f"the village {village_code} lies in no township")
    places = {
        Role.VILLAGE_WORKER: village,
        Role.TOWNSHIP_OFFICER: township,
        Role.AUDITOR: township.parent,
        **dict.fromkeys(ADMINISTRATORS),
    }
    hashed = _hashed(password)
    for account in ACCOUNTS:
        user = User.objects.filter(username=account.username).first()
        if user is None:
            user = User(username=account.username)
        user.full_name = account.full_name
        user.title_zh, user.title_en, user.is_demo = account.title.zh, account.title.en, True
        user.password = hashed
        user.save()
        place = places.get(account.role, township.parent)
        its_department = department if account.role == Role.DEPARTMENT_LIAISON else ""
        held = Post.objects.filter(user=user)
        if held.filter(role=account.role, place=place, department=its_department).exists():
            continue
        held.delete()
        give_post(
            by=None,
            user=user,
            role=account.role,
            place=place,
            department=its_department,
            valid_from=_FROM,
        )
    record(by=None, action="people.demo_accounts", detail={"accounts": len(ACCOUNTS)})
