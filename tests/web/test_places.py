"""The pages of places: browsing, changing, undoing, taking over a list, village figures."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.cast import County

from fangpin.feeds.models import LinkQuestion
from fangpin.places.models import NaturalVillage, Place, PlaceChange, VillageProfile
from fangpin.registry.models import Household, YearlyConditions

ON = "2022-01-01"


def _place(code: str) -> Place:
    return Place.objects.get(code=code)


@pytest.fixture
def village(county: County) -> Place:
    return _place("620402101201")


def test_the_tree_shows_the_own_area(county: County, village: Place) -> None:
    text = county.sign_in("county").get("/places/").content.decode()
    assert village.name in text
    assert _place("620402102201").name in text
    own = county.sign_in("village").get("/places/").content.decode()
    assert village.name in own
    assert _place("620402102201").name not in own
    assert "导入村名单" not in own


def test_a_village_is_renamed_and_the_change_undone(county: County, village: Place) -> None:
    client = county.sign_in("county")
    data = {"kind": "rename", "name": "上河新村", "on": ON, "document": "测政发〔2022〕1号"}
    answer = client.post(f"/places/{village.pk}/change/", data, follow=True)
    text = answer.content.decode()
    assert "上河新村" in text
    assert village.name in text  # its history
    assert "测政发〔2022〕1号" in text
    change = PlaceChange.objects.get(kind="rename")
    again = client.post(f"/places/changes/{change.pk}/undo/", follow=True)
    assert "已撤回" in again.content.decode()
    assert _place("620402101201").name == village.name


def test_what_is_refused_is_told_beside_the_form(county: County, village: Place) -> None:
    client = county.sign_in("county")
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for data, told in (
        ({"kind": "rename", "name": "新", "on": tomorrow}, "晚于今天"),
        ({"kind": "rename", "name": "新", "on": "昨天"}, "不是日期"),
        ({"kind": "rename", "name": "", "on": ON}, "没有填写名称"),
        ({"kind": "recode", "code": "123", "on": ON}, "12 位数字"),
        ({"kind": "split", "parts": "没有代码", "on": ON}, "代码 名称"),
        ({"kind": "move", "parent": "", "on": ON}, "没有选择"),
        ({"kind": "close", "on": ON}, "条登记"),
    ):
        answer = client.post(f"/places/{village.pk}/change/", data)
        assert answer.status_code == 422, data
        assert told in answer.content.decode(), data
    assert client.post(f"/places/{village.pk}/change/", {"kind": "burn"}).status_code == 404
    assert not PlaceChange.objects.exists()


def test_a_merger_carries_households_and_rights_with_it(county: County, village: Place) -> None:
    other = _place("620402102201")
    client, worker = county.sign_in("county"), county.sign_in("village")
    moved = Household.objects.filter(village_code=other.code).first()
    data = {"kind": "merge", "with": other.pk, "into": "this", "name": village.name, "on": ON}
    assert worker.get(f"/places/{other.pk}/").status_code == 404
    assert client.post(f"/places/{village.pk}/change/", data).status_code == 302
    moved.refresh_from_db()
    assert moved.village_code == village.code
    former = county.sign_in("other_township")
    assert former.get(f"/households/{moved.number}/").status_code == 404
    assert f"{village.pk}/" in client.get(f"/places/{other.pk}/").content.decode()


def test_only_the_county_changes_the_tree(county: County, village: Place) -> None:
    data = {"kind": "rename", "name": "新", "on": ON}
    for name in ("township", "village", "leader", "admin", "security"):
        if name in county.users:
            answer = county.sign_in(name).post(f"/places/{village.pk}/change/", data)
            assert answer.status_code == 404, name


def test_figures_are_kept_with_their_problems_beside_them(county: County, village: Place) -> None:
    client = county.sign_in("village")
    address = f"/places/{village.pk}/figures/2023/"
    bad = client.post(
        address, {"households": "100", "dangerous_houses": "101", "persons": "多", "version": "0"}
    )
    text = bad.content.decode()
    assert bad.status_code == 422
    assert "住危房户数 101 多于总户数 100" in text
    assert "不是数字" in text
    assert 'value="101"' in text
    assert not VillageProfile.objects.exists()
    good = {"households": "100", "hard_road": "是", "collective_income": "58000", "version": "0"}
    assert client.post(address, good).status_code == 302
    assert VillageProfile.objects.get().values["collective_income"] == 5_800_000
    page = client.get(f"/places/{village.pk}/").content.decode()
    assert "58,000" in page
    leader = county.sign_in("leader").get(address)
    assert "58,000" in leader.content.decode()
    assert b'<form method="post" action="' + address.encode() not in leader.content
    assert county.sign_in("leader").post(address, good).status_code == 404


def test_two_people_at_once_see_each_others_figures(county: County, village: Place) -> None:
    address = f"/places/{village.pk}/figures/2023/"
    first, second = county.sign_in("county"), county.sign_in("village")
    first.post(address, {"households": "100", "clinics": "1", "version": "0"})
    stale = second.post(address, {"households": "120", "clinics": "1", "version": "0"})
    text = stale.content.decode()
    assert stale.status_code == 409
    assert 'value="120"' in text
    assert "对方：</span>" in text or "对方：100" in text
    assert text.count("对方：") == 1
    assert VillageProfile.objects.get().values["households"] == 100
    again = second.post(address, {"households": "120", "clinics": "1", "version": "1"})
    assert again.status_code == 302
    assert VillageProfile.objects.get().values["households"] == 120


def test_hamlets_and_sites_on_the_page(county: County, village: Place) -> None:
    client = county.sign_in("village")
    client.post(f"/places/{village.pk}/hamlets/", {"name": "一组", "kind": "group", "persons": "9"})
    bad = client.post(f"/places/{village.pk}/hamlets/", {"name": "二组", "persons": "很多"})
    assert bad.status_code == 422
    client.post(f"/places/{village.pk}/sites/", {"name": "河畔安置点", "persons": "361"})
    text = client.get(f"/places/{village.pk}/").content.decode()
    assert "一组" in text
    assert "河畔安置点" in text
    assert "361" in text
    hamlet = NaturalVillage.objects.get()
    other = county.sign_in("other_township")
    assert other.post(f"/places/hamlets/{hamlet.pk}/close/").status_code == 404
    client.post(f"/places/hamlets/{hamlet.pk}/close/")
    assert "一组" not in client.get(f"/places/{village.pk}/").content.decode()


def test_a_list_is_tried_and_taken_over(county: County, village: Place) -> None:
    client = county.sign_in("county")
    top = _place("620402000000")
    text = f"乡镇,行政村,行政区划代码\n{village.parent.name},上河新村,{village.code}\n,坏村,62\n"
    file = SimpleUploadedFile("名单.csv", text.encode())
    form = {"county": top.pk, "on": ON}
    tried = client.post("/places/list/", {**form, "file": file})
    assert tried.status_code == 200
    body = tried.content.decode()
    assert "上河新村" in body
    assert "不是 12 位数字" in body
    assert _place(village.code).name == village.name
    sent = {**form, "rows": tried.context["rows"], "digest": tried.context["report"].digest}
    forged = client.post("/places/list/", {**sent, "rows": sent["rows"][:-3] + "abc"})
    assert forged.status_code == 422
    done = client.post("/places/list/", sent)
    assert "已导入" in done.content.decode()
    assert _place(village.code).name == "上河新村"
    assert client.post("/places/list/", {**form, "file": BytesIO(b"")}).status_code == 422
    assert county.sign_in("township").get("/places/list/").status_code == 404


def test_the_tree_takes_as_many_queries_for_many_villages(
    county: County, django_assert_max_num_queries: object
) -> None:
    client = county.sign_in("county")
    town = _place("620402101000")
    for number in range(300, 340):
        Place.objects.create(
            code=f"620402101{number}",
            name=f"村{number}",
            level="village",
            parent=town,
            valid_from=date(2020, 1, 1),
        )
    client.get("/places/")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert client.get("/places/").status_code == 200


def test_figures_of_many_villages_from_the_national_table(county: County, village: Place) -> None:
    client = county.sign_in("township")
    own, foreign = village.name, _place("620402102201").name
    text = (
        "行政村信息\n县,乡,村,是否出列,总户数,总人口数,危房户数,村级集体经济收入（万元）,村小学（个数）\n"
        f"测试县,{village.parent.name},{own}村民委员会,是,511,2162,1,5.8,\n"
        f"测试县,石门乡,{foreign},是,100,400,1,5.8,1\n"
        f"测试县,{village.parent.name},{_place('620402101202').name},否,100,很多,101,1,1\n"
    )
    file = SimpleUploadedFile("行政村信息.csv", text.encode())
    tried = client.post("/places/figures/", {"file": file, "year": "2023"})
    body = tried.content.decode()
    assert tried.status_code == 200
    assert [row.row for row in tried.context["taken"]] == [3]
    assert [row.row for row in tried.context["refused"]] == [4, 5]
    assert "住危房户数 101 多于总户数 100" in body
    assert "不在您的辖区" in body
    assert not VillageProfile.objects.exists()
    done = client.post("/places/figures/", {"rows": tried.context["rows"]})
    assert "已保存 1 个村" in done.content.decode()
    profile = VillageProfile.objects.get()
    assert profile.values == {
        "lifted_out": True,
        "households": 511,
        "persons": 2162,
        "dangerous_houses": 1,
        "collective_income": 5_800_000,
    }
    again = client.post("/places/figures/", {"rows": tried.context["rows"]})
    assert again.status_code == 422  # another version stands there now
    file.seek(0)
    same = client.post("/places/figures/", {"file": file, "year": "2023"})
    assert same.context["unchanged"] == 1
    foreign_form = county.sign_in("other_township").post(
        "/places/figures/", {"rows": tried.context["rows"]}
    )
    assert foreign_form.status_code == 422


def test_land_is_held_against_what_the_households_have(county: County, village: Place) -> None:
    household = Household.objects.filter(village_code=village.code).first()
    YearlyConditions.objects.create(household=household, year=2023, arable_land="12.5")
    VillageProfile.objects.create(place=village, year=2023, values={"arable": 1200})
    told = "耕地面积 12 亩，少于各户登记之和 12.5 亩"
    address = f"/places/{village.pk}/figures/2023/"
    assert told in county.sign_in("village").get(address).content.decode()
    VillageProfile.objects.update(values={"arable": 1250})
    assert "少于各户登记之和" not in county.sign_in("village").get(address).content.decode()


def test_open_questions_follow_a_village_to_its_new_township(county: County) -> None:
    village, town = _place("620402102201"), _place("620402101000")
    asked = LinkQuestion.objects.filter(area=village.code).first()
    assert asked is not None
    client = county.sign_in("county")
    data = {"kind": "move", "parent": town.pk, "on": ON}
    assert client.post(f"/places/{village.pk}/change/", data).status_code == 302
    village.refresh_from_db()
    asked.refresh_from_db()
    assert asked.area == village.code
    assert village.code.startswith(town.prefix)
    address = f"/reviews/?question={asked.pk}"
    assert county.sign_in("township").get(address).status_code == 200
    assert county.sign_in("other_township").get(address).status_code == 404
    client.post(f"/places/changes/{PlaceChange.objects.get().pk}/undo/")
    assert county.sign_in("other_township").get(address).status_code == 200
