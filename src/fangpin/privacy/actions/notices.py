"""That a household was told, and entering one that was."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Where, all_at_once
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.privacy.actions.erase import erase_rows
from fangpin.privacy.models import Depth, NoticeShown
from fangpin.privacy.notice import notice
from fangpin.privacy.words import HOW
from fangpin.registry.actions.enter import NewPerson, accepted_person, enter_household
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import Household, Membership, RegistryEvent
from fangpin.registry.values import accept_all


@transaction.atomic
def told(
    *, by: User, household: int, version: str, how: str, consents: Collection[str] = ()
) -> NoticeShown:
    """Keep that the notice was shown, with the time and what was agreed to.

    A purpose that was agreed to before and is not any more is withdrawn consent: its fields are
    erased for every member. Raises Household.DoesNotExist for one that is not the actor's, and
    FangpinError when the version is not the one in force (the form was opened before it changed).
    """
    home = Household.objects.get(pk=household)
    if not scope_of(by).covers(Right.person_requests, home.village_code):
        raise Household.DoesNotExist
    current = notice()
    if version != current.version or how not in HOW:
        raise _tell_first()
    possible = {purpose.name for purpose in current.by_consent}
    agreed = sorted(set(consents) & possible)
    before = NoticeShown.objects.filter(household=home).first()
    shown = NoticeShown.objects.create(
        household=home,
        version=current.version,
        sha256=current.sha256,
        how=how,
        consents=agreed,
        by=by,
    )
    record(
        by=by,
        action="notice.shown",
        subject=f"household:{home.pk}",
        detail={"version": current.version, "how": how, "consents": agreed},
    )
    gone = set(before.consents if before else ()) - set(agreed)
    if gone:
        _withdraw(by, home, gone)
    return shown


def enter_informed(
    *,
    by: User,
    version: str,
    how: str,
    consents: Collection[str] = (),
    village_code: str,
    members: Sequence[NewPerson],
    values: Mapping[str, Any],
    number: str = "",
) -> RegistryEvent:
    """Enter a household that was told what its data are for; both or neither.

    Fields that rest on consent are refused without it. Raises as `enter_household` and `told`.
    """
    check_entry(version=version, how=how, consents=consents, members=members, values=values)
    with transaction.atomic():
        event = enter_household(
            by=by, village_code=village_code, number=number, members=members, values=values
        )
        told(by=by, household=event.households[0], version=version, how=how, consents=consents)
    return event


def check_entry(
    *,
    version: str,
    how: str,
    consents: Collection[str],
    members: Sequence[NewPerson],
    values: Mapping[str, Any],
) -> None:
    """Raises FangpinError with everything that `enter_informed` would refuse by what was sent."""

    def was_told() -> None:
        if version != notice().version or how not in HOW:
            raise _tell_first()

    all_at_once(
        was_told,
        lambda: _refuse_without_consent(members, set(consents)),
        lambda: accept_all("household", values),
        *(partial(accepted_person, member.values) for member in members),
    )


def _refuse_without_consent(members: Sequence[NewPerson], agreed: set[str]) -> None:
    for member in members:
        for name, value in member.values.items():
            field = catalogue().fields[f"person.{name}"]
            if (
                value not in (None, "", [])
                and field.purpose.consent
                and (field.purpose.name not in agreed)
            ):
                raise FangpinError.because(
                    f"“{field.label.zh}”须经本人同意才能填写",
                    f'"{field.label.en}" is filled in with consent only',
                    do_zh="勾选同意事项，或不填此项",
                    do_en="tick the consent, or leave it blank",
                    where=Where(column=field.key),
                )


def _withdraw(by: User, home: Household, purposes: set[str]) -> None:
    keys = [
        key
        for key, field in catalogue().fields.items()
        if field.subject == "person" and field.purpose.name in purposes
    ]
    members = Membership.objects.filter(household=home, ended_on=None)
    persons = list(members.values_list("person_id", flat=True))
    if keys and persons:
        erase_rows(by=by, persons=persons, depth=Depth.FIELDS, fields=keys)


def _tell_first() -> FangpinError:
    return FangpinError.because(
        "请先向农户告知现行的个人信息处理告知书，并注明告知方式",
        "show the household the notice of processing in force first, and say how",
        do_zh="展开告知书，选择告知方式后再保存",
        do_en="open the notice, choose how it was told, then save",
        where=Where(column="notice_how"),
    )
