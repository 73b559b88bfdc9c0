"""Exactly once, whatever is lost, repeated, changed or late; nothing handed in is lost."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.fieldwork.conftest import Field, visit

from fangpin.fieldwork.devices import MustWipe, end_device, open_device
from fangpin.fieldwork.models import Device, Dispute, Sent, Visit
from fangpin.fieldwork.receiving import receive
from fangpin.foundation.models import AuditEntry
from fangpin.people.actions import end_post
from fangpin.people.models import Post
from fangpin.people.row_security import seen_by


def test_ten_times_the_same_is_one_visit(field: Field) -> None:
    village = field.user("village")
    handed = visit(field.mine.pk)
    answers = [receive(by=village, device=field.phone.token, handed=handed) for _ in range(10)]
    assert [a.state for a in answers] == ["taken"] + ["already"] * 9
    assert {a.number for a in answers} == {Sent.objects.get().pk}
    kept = Visit.objects.get()
    assert kept.opened_content["note"] == "核查赵测甲家"
    assert AuditEntry.objects.filter(action="fieldwork.visit").count() == 1


def test_other_content_under_the_same_id_is_kept_beside_it(field: Field) -> None:
    village = field.user("village")
    handed = visit(field.mine.pk)
    assert receive(by=village, device=field.phone.token, handed=handed).state == "taken"
    edited = replace(handed, values=handed.values | {"note": "改过的说明"})
    for _ in range(3):
        answer = receive(by=village, device=field.phone.token, handed=edited)
        assert answer.state == "conflict"
        assert answer.other is not None
        assert answer.other["values"]["note"] == "核查赵测甲家"
    assert Visit.objects.get().opened_content["note"] == "核查赵测甲家"
    assert Dispute.objects.get().opened_content["values"]["note"] == "改过的说明"
    # The first content sent once more is still what was taken.
    assert receive(by=village, device=field.phone.token, handed=handed).state == "already"


def test_two_phones_are_two_visits_in_the_order_of_the_server(field: Field) -> None:
    village = field.user("village")
    other = open_device(by=village, token=None, agent="")
    late = datetime(2011, 1, 1, tzinfo=UTC)
    first = receive(
        by=village,
        device=other.token,
        handed=visit(field.mine.pk, claimed_at=datetime(2036, 1, 1, tzinfo=UTC)),
    )
    second = receive(
        by=village, device=field.phone.token, handed=visit(field.mine.pk, claimed_at=late)
    )
    assert (first.state, second.state) == ("taken", "taken")
    assert first.number is not None
    assert second.number is not None
    assert first.number < second.number
    assert Visit.objects.count() == 2
    assert Sent.objects.get(pk=second.number).claimed_at == late


def test_an_id_of_somebody_else_is_taken(field: Field) -> None:
    handed = visit(field.mine.pk)
    village, township = field.user("village"), field.user("township")
    other = open_device(by=township, token=None, agent="")
    assert receive(by=village, device=field.phone.token, handed=handed).state == "taken"
    answer = receive(by=township, device=other.token, handed=handed)
    assert answer.state == "refused"
    assert answer.said is not None
    assert "编号已被占用" in answer.said.zh
    assert answer.other is None
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"on": "2999-01-01"}, "走访日期"),
        ({"on": "gestern"}, "走访日期"),
        ({"purpose": "'; DROP TABLE"}, "走访事由"),
        ({"met": None}, "见到谁"),
        ({"note": "长" * 2001}, "情况说明"),
        ({"note": ["x"]}, "情况说明"),
        ({"signs": ["income", "none such"]}, "发现的情况"),
        ({"signature": "data:text/html;base64,AAAA"}, "签字"),
    ],
)
def test_bad_values_are_refused_in_words_and_kept(
    field: Field, values: dict[str, object], said: str
) -> None:
    village = field.user("village")
    handed = visit(field.mine.pk, values=values)
    for _ in range(2):
        answer = receive(by=village, device=field.phone.token, handed=handed)
        assert answer.state == "refused"
        assert answer.said is not None
        assert said in answer.said.zh
    sent = Sent.objects.get()
    assert sent.state == Sent.State.REFUSED
    assert sent.opened_content["values"] == dict(handed.values)
    assert not Visit.objects.exists()


def test_fields_that_are_not_asked_are_left_out(field: Field) -> None:
    handed = visit(field.mine.pk, values={"met": "nobody", "signs": ["income"], "extra": "x"})
    assert receive(by=field.user("village"), device=field.phone.token, handed=handed).number
    assert Visit.objects.get().opened_content == {"met": "nobody", "note": "核查赵测甲家"}


def test_a_household_elsewhere_is_refused_and_says_nothing_about_it(field: Field) -> None:
    village = field.user("village")
    told = []
    for pk in (field.elsewhere.pk, 10**9):
        with seen_by(village):
            answer = receive(by=village, device=field.phone.token, handed=visit(pk))
        assert answer.state == "refused"
        told.append(answer.said)
    assert told[0] == told[1]
    # Whoever works there sees what was entered; the sender does not learn that it exists.
    kept = set(Sent.objects.values_list("village_code", "household"))
    assert kept == {("", None), (field.elsewhere.village_code, field.elsewhere.pk)}


def test_what_was_entered_before_the_right_ended_is_kept(field: Field) -> None:
    village = field.user("village")
    handed = visit(field.mine.pk)
    end_post(by=None, post=Post.objects.get(user=village), last_day=date(2021, 1, 1))
    village = field.user("village")
    with seen_by(village):
        answer = receive(by=village, device=field.phone.token, handed=handed)
        again = receive(by=village, device=field.phone.token, handed=handed)
    assert (answer.state, again.state) == ("refused", "refused")
    assert Sent.objects.get().opened_content["values"]["note"] == "核查赵测甲家"


def test_the_answer_of_then_is_told_when_the_place_is_no_longer_ones_own(field: Field) -> None:
    village = field.user("village")
    handed = visit(field.mine.pk)
    assert receive(by=village, device=field.phone.token, handed=handed).state == "taken"
    elsewhere = Post.objects.get(user__username="other_township").place
    Post.objects.filter(user=village).update(place=elsewhere)
    village = field.user("village")
    with seen_by(village):
        assert receive(by=village, device=field.phone.token, handed=handed).state == "already"
        fresh = receive(by=village, device=field.phone.token, handed=visit(field.mine.pk))
    assert fresh.state == "refused"


def test_an_ended_phone_hands_in_nothing(field: Field) -> None:
    village = field.user("village")
    end_device(by=village, device=field.phone, why=Device.Why.LOST)
    with pytest.raises(MustWipe):
        receive(by=village, device=field.phone.token, handed=visit(field.mine.pk))
    with pytest.raises(MustWipe):
        receive(by=field.user("township"), device=field.phone.token, handed=visit(field.mine.pk))
    with pytest.raises(MustWipe):
        receive(by=village, device=uuid.uuid4(), handed=visit(field.mine.pk))
    assert Device.objects.get(pk=field.phone.pk).secret is None


def test_an_unknown_kind_is_refused(field: Field) -> None:
    handed = visit(field.mine.pk, kind="payment")
    answer = receive(by=field.user("village"), device=field.phone.token, handed=handed)
    assert answer.state == "refused"


def test_nothing_is_stored_in_clear(field: Field) -> None:
    from tests.web.test_no_clear_text import everything_stored

    village = field.user("village")
    handed = visit(field.mine.pk, values={"needs": "龘测乙需要帮助"})
    receive(by=village, device=field.phone.token, handed=handed)
    receive(
        by=village,
        device=field.phone.token,
        handed=replace(handed, values=handed.values | {"note": "龘测乙另说"}),
    )
    for table, text in everything_stored().items():
        if table.startswith("fieldwork_"):
            assert text.strip() or table in {"fieldwork_picture", "fieldwork_part"}
        for planted in ("龘测乙", "核查赵测甲家"):
            assert planted not in text, table
            assert planted.encode().hex() not in text, table
