"""How five places run the general procedures, from packs alone: every difference by name, from
what to what, with the clause it rests on – and none besides."""

from datetime import date

import pytest

from fangpin.policy import load_pack
from fangpin.policy.procedure_diff import differences
from fangpin.policy.procedure_words import days_of

NAMES_ALONE = ("label", "clause", "mechanism", "state")
# Pack and procedure → step, key, what is new (beginning), path of the clause.
DIFFERENCES: dict[tuple[str, str], list[tuple[str, str, str, str]]] = {
    ("baiyin-2021", "cn-monitor"): [
        ("", "time_limit", "自立案起15个工作日内", "甘肃“一键报贫”"),
        ("visit", "within", "5个工作日内", "甘肃“一键报贫”"),
        ("decide", "within", "自立案起15个工作日内", "甘肃“一键报贫”"),
    ],
    ("baiyin-2021", "cn-remove-risk"): [
        ("visit", "within", "5个工作日内", "甘肃“一键报贫”"),
        ("revisit", "steps", "事后回访巩固", "二（二）"),
    ],
    ("baiyin-2021", "cn-exit-village"): [("verify", "rates", "综合贫困发生率低于3%", "D2")],
    ("baiyin-2021", "cn-exit-county"): [("verify", "rates", "综合贫困发生率低于3%", "G")],
    ("shicheng-2020", "cn-monitor"): [
        ("lead", "enter", "识别渠道（单选）", "二（四）4"),
        ("visit", "actor", "扶贫部门（乡镇级）", "二（四）4"),
        ("visit", "posts", "乡镇干部", "二（四）4"),
        ("enter", "actor", "扶贫部门（乡镇级）", "二（四）4"),
        ("enter", "posts", "乡镇干部", "二（四）4"),
        ("help", "enter", "落实的措施（可多选）", "二（四）4"),
        ("follow-up", "steps", "跟踪监测", "二（三）7"),
    ],
    ("cangxi-2014", "cn-identify-2014"): [
        ("file", "enter", "户建卡日期", "三(二)"),
        ("plan", "steps", "一户一法", "三(二)"),
    ],
    ("cangxi-2014", "cn-identify-village"): [("plan", "steps", "一村一策", "三(二)")],
    ("cangxi-2014", "cn-exit-household"): [
        ("verify", "enter", "有安全饮用水", "贫困户退出程序"),
        ("notice", "publish", "村内公示7天", "贫困户退出程序"),
    ],
    ("cangxi-2014", "cn-exit-village"): [
        ("verify", "rates", "综合贫困发生率低于贫困村退出贫困发生率上限（西部", "贫困村退出程序")
    ],
    ("hubei-2019", "cn-monitor"): [],  # the province's own name and clause, nothing else
}


@pytest.mark.parametrize(("pack", "procedure"), DIFFERENCES)
def test_a_place_differs_in_these_points_and_in_no_other(pack: str, procedure: str) -> None:
    base, own = load_pack("cn-base"), load_pack(pack)
    found = [
        each
        for each in differences(base.procedures[procedure], base, own.procedures[procedure], own)
        if each.key not in NAMES_ALONE
    ]
    expected = DIFFERENCES[pack, procedure]
    assert [(each.step.id if each.step else "", each.key) for each in found] == [
        (step, key) for step, key, _, _ in expected
    ]
    for each, (_, _, new, path) in zip(found, expected, strict=True):
        assert each.after.zh.startswith(new)
        assert own.clauses[each.clause].path == path


def test_every_variant_that_is_shipped_is_listed_here() -> None:
    base = load_pack("cn-base")
    for name in ("baiyin-2021", "shicheng-2020", "cangxi-2014", "hubei-2019", "fuxin-2016"):
        variants = {
            each.id for each in load_pack(name).procedures.values()
            if each.based_on and each.id in base.procedures
        }  # fmt: skip
        assert variants == {procedure for pack, procedure in DIFFERENCES if pack == name}


# Days of inclusion on one day, side by side: visit, whole, kind; who visits; who decides.
INCLUSION = {
    "cn-base": (3, 15, "calendar", {"village_worker", "township_officer"}),
    "baiyin-2021": (5, 15, "workday", {"village_worker", "township_officer"}),
    "shicheng-2020": (3, 15, "calendar", {"township_officer"}),
    "hubei-2019": (3, 15, "calendar", {"village_worker", "township_officer"}),
}


@pytest.mark.parametrize("name", INCLUSION)
def test_days_and_actors_of_inclusion_side_by_side(name: str) -> None:
    pack, day = load_pack(name), date(2022, 5, 31)
    procedure = pack.procedures["cn-monitor"]
    steps = {each.id: each for each in procedure.steps}
    visit, whole = steps["visit"].within, procedure.time_limit
    assert visit is not None
    assert whole is not None
    visit_days, whole_days, kind, visitors = INCLUSION[name]
    assert (days_of(visit.days, pack, day), visit.kind) == (visit_days, kind)
    assert (days_of(whole.days, pack, day), whole.kind) == (whole_days, kind)
    assert set(steps["visit"].posts) == visitors
    assert set(steps["decide"].posts) == {"approver", "county_bureau"}
    notice = steps["notice"].publish
    assert notice is not None
    assert (notice.where, days_of(notice.days or 0, pack, day)) == ("village", 5)
