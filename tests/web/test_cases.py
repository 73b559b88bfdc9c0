"""Pages of cases and the desk: opened, taken, refused without losing what was typed, decided."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cases.world import SIGNATURE, World, begun, county, home, photo, take, taken_to

from fangpin.cases.models import Case, Objection, Turn
from fangpin.clues.actions import report, send
from fangpin.people.models import HouseholdListed, User
from fangpin.places.models import Place

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    user.refresh_from_db()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def world() -> World:
    found = county()
    User.objects.update(is_demo=True)  # signed in without a second step
    return found


def lead(case: Case, **more: object) -> dict[str, object]:
    return {
        "version": str(case.version),
        "client_id": str(uuid4()),
        "channel": "cadre",
        "found_on": "2026-03-01",
        "suspected_risks": ["illness"],
        "situation": "住院花费较大",
        "outcome": "registered",
    } | more


def test_the_open_page_offers_procedures_and_opens_one_once(world: World) -> None:
    family = home()
    client = signed_in(world.village)
    address = reverse("case-open", args=[family.number])
    offered = client.get(address).content.decode()
    assert "监测对象识别纳入" in offered
    page = client.get(address, {"procedure": "cn-monitor"})
    form = {"procedure": "cn-monitor", "client_id": str(page.context["client_id"])}
    first = client.post(address, form)
    again = client.post(address, form)
    case = Case.objects.get()
    assert first["Location"] == again["Location"] == reverse("case", args=[case.pk])


def test_households_named_in_the_lists_count_as_read(world: World) -> None:
    listed = HouseholdListed.objects.filter(user=world.village)
    family, other = home(), home("F2")
    begun(world, family)
    report(
        by=world.township,
        channel="cadre",
        source="village_cadre",
        text="收入骤减",
        household=other.pk,
        client_id=uuid4(),
    )
    client = signed_in(world.village)
    for page, shown in (("cases", family), ("clues", other)):
        client.get(reverse(page), {"state": "all"})
        assert [row.household_number for row in listed.all()] == [shown.number], page
        listed.all().delete()


def test_removal_of_somebody_not_monitored_is_refused_with_each_condition(world: World) -> None:
    family = home()
    client = signed_in(world.village)
    address = reverse("case-open", args=[family.number])
    page = client.get(address, {"procedure": "cn-remove-risk"}).content.decode()
    assert "不符合" in page
    assert "disabled" in page
    refused = client.post(address, {"procedure": "cn-remove-risk", "client_id": str(uuid4())})
    assert refused.status_code == 422
    assert "在监测中且风险未消除" in refused.content.decode()
    assert not Case.objects.exists()


def test_a_step_is_taken_by_its_form(world: World) -> None:
    case = begun(world, home())
    client = signed_in(world.village)
    address = reverse("case-step", args=[case.pk, "lead"])
    taken = client.post(address, lead(case))
    assert taken.status_code == 302
    case.refresh_from_db()
    assert case.step == "consent"
    page = client.get(taken["Location"]).content.decode()
    assert "住院花费较大" in page
    assert "data-signature" in page


def test_what_was_typed_stays_when_a_step_is_refused(world: World) -> None:
    case = begun(world, home())
    client = signed_in(world.village)
    address = reverse("case-step", args=[case.pk, "lead"])
    refused = client.post(address, lead(case, found_on="昨天"))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "住院花费较大" in page
    assert "不是日期" in page
    case.refresh_from_db()
    assert case.step == "lead"


def test_a_stale_form_shows_both_sides(world: World) -> None:
    case = begun(world, home())
    form = lead(case)
    take(world, case, "lead")
    late = signed_in(world.village2).post(reverse("case-step", args=[case.pk, "lead"]), form)
    assert late.status_code == 409
    page = late.content.decode()
    assert "您提交的" in page
    assert "住院花费较大" in page


def visit_form(case: Case, **more: object) -> dict[str, object]:
    """A visit as the village fills it in, with a photograph."""
    return {
        "version": str(case.version),
        "client_id": str(uuid4()),
        "visited_on": "2026-03-03",
        "second_checker": "某乙",
        "persons_living": "3",
        "net_income": "12000.50",
        "unavoidable_expense": "30000",
        **dict.fromkeys(
            ("schooling_secure", "health_secure", "housing_secure", "water_secure"), "yes"
        ),
        "category": "marginal",
        "risks": ["illness"],
        "able_to_cope": "no",
        "finding": "情况属实",
        "householder_signature": SIGNATURE,
        "outcome": "confirmed",
        "file:photos": SimpleUploadedFile("p.jpg", photo(), content_type="image/jpeg"),
        **more,
    }


def test_photographs_and_a_signature_are_kept_and_shown(world: World) -> None:
    case = taken_to(world, begun(world, home()), "visit")
    client = signed_in(world.village)
    form = visit_form(case)
    taken = client.post(reverse("case-step", args=[case.pk, "visit"]), form)
    assert taken.status_code == 302, taken.content.decode()
    turn = Turn.objects.get(case=case, step="visit")
    attached = turn.attachments.get()
    address = reverse("case-attachment", args=[case.pk, attached.pk])
    picture = client.get(address)
    assert picture["Content-Type"] == "image/jpeg"
    assert b"SECRETPHONE" not in picture.content
    assert signed_in(world.elsewhere).get(address).status_code == 404
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "12,000.50 元" in page


def test_who_may_not_act_reads_why(world: World) -> None:
    case = taken_to(world, begun(world, home()), "review")
    page = signed_in(world.village).get(reverse("case", args=[case.pk])).content.decode()
    assert "本环节填写" in page
    assert 'name="outcome"' not in page


def test_a_decision_can_be_looked_at_afterwards(world: World) -> None:
    case = taken_to(world, begun(world, home()), "decide")
    take(world, case, "decide", entries={"category": "marginal", "risks": ["illness"]})
    turn = Turn.objects.get(case=case, step="decide")
    address = reverse("case-decision", args=[case.pk, turn.pk])
    page = signed_in(world.county).get(address).content.decode()
    assert "与审定时一致" in page
    assert signed_in(world.leader).get(address).status_code == 404
    assert signed_in(world.elsewhere).get(address).status_code == 404


def test_an_objection_is_written_down_and_settled(world: World) -> None:
    case = taken_to(world, begun(world, home()), "review")
    client = signed_in(world.village)
    written = client.post(
        reverse("case-objection", args=[case.pk]), {"text": "收入不实", "client_id": str(uuid4())}
    )
    assert written.status_code == 302
    found = Objection.objects.get()
    address = reverse("objection-settle", args=[case.pk, found.pk])
    own = client.post(address, {"verdict": "rejected", "reason": "已核实"})
    assert own.status_code == 404
    other = signed_in(world.approver).post(address, {"verdict": "rejected", "reason": "已核实"})
    assert other.status_code == 302
    found.refresh_from_db()
    assert found.state == "rejected"


def test_lists_and_the_desk_show_what_is_theirs(world: World) -> None:
    case = begun(world, home())
    for page in ("cases", "desk", "cases-late"):
        mine = signed_in(world.village).get(reverse(page)).content.decode()
        if page != "cases-late":
            assert str(case.pk) in mine
    others = signed_in(world.elsewhere)
    assert case.number not in others.get(reverse("cases")).content.decode()
    assert reverse("case", args=[case.pk]) not in others.get(reverse("desk")).content.decode()
    assert others.get(reverse("case", args=[case.pk])).status_code == 404


@pytest.mark.parametrize("by", ["township", "village", "step", "level"])
def test_the_board_of_what_is_late(world: World, by: str) -> None:
    begun(world, home())
    page = signed_in(world.county).get(reverse("cases-late"), {"by": by})
    assert page.status_code == 200
    assert page.context["lines"][0][0].waiting == 1


def test_a_case_is_withdrawn_with_a_reason(world: World) -> None:
    case = begun(world, home())
    client = signed_in(world.village)
    address = reverse("case-withdraw", args=[case.pk])
    assert client.post(address, {"version": case.version, "reason": ""}).status_code == 422
    assert client.post(address, {"version": case.version, "reason": "重复发起"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "withdrawn"


def test_the_desk_shows_clues_to_check(world: World) -> None:
    family = home()
    clue = report(
        by=world.township,
        channel="cadre",
        source="village_cadre",
        text="收入骤减",
        household=family.pk,
        client_id=uuid4(),
    )
    send(by=world.county, clues=[clue.pk])
    page = signed_in(world.village).get(reverse("desk")).content.decode()
    assert "干部排查走访" in page
    assert reverse("clue", args=[clue.pk]) in page


def test_a_pack_is_put_in_force_from_a_day_on(world: World) -> None:
    address = reverse("packs-in-force")
    client = signed_in(world.county)
    place = Place.objects.get(code="620402000000", valid_to=None)
    today = timezone.localdate()
    late = {"place": place.pk, "pack": "shicheng-2020", "from": "2020-01-01"}
    assert client.post(address, late).status_code == 422
    sent = client.post(address, late | {"from": today.isoformat()})
    assert sent.status_code == 302
    assert "shicheng-2020" in client.get(address).content.decode()
    family = home()
    page = client.get(reverse("case-open", args=[family.number]))
    assert page.context["pack"].name == "shicheng-2020"
    assert signed_in(world.township).get(address).status_code == 404


def test_files_of_a_stale_form_need_not_be_chosen_again(world: World) -> None:
    case = taken_to(world, begun(world, home()), "visit")
    form = visit_form(case)
    take(world, case, "compare")
    client, address = signed_in(world.village), reverse("case-step", args=[case.pk, "visit"])
    late = client.post(address, form)
    assert late.status_code == 409
    page = late.content.decode()
    assert "使用您上次提交时保留的 1 份附件" in page
    (kept,) = re.findall(r'name="files_of" value="([0-9]+)"', page)
    assert "files_of" not in signed_in(world.village2).get(f"/cases/{case.pk}/").content.decode()
    again = visit_form(case, files_of=kept)
    del again["file:photos"]
    assert client.post(address, again).status_code == 302
    assert Turn.objects.get(case=case, step="visit").attachments.count() == 1
    assert "files_of" not in client.get(f"/cases/{case.pk}/").content.decode()
