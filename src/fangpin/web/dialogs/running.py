"""How dialogs are carried out: what was sent, given to the registry's actions."""

from fangpin.kernel.errors import Text
from fangpin.registry.actions.households import merge, move_village, split
from fangpin.registry.actions.joining import add_member, come_back, move_person
from fangpin.registry.actions.leaving import LEAVES, change_head, die, leave_registry
from fangpin.registry.actions.spells import classify, remove_risk
from fangpin.registry.models import EventKind, RegistryEvent, SpellKind
from fangpin.web.dialogs.asking import Asking, said
from fangpin.web.dialogs.inputs import new_person


def run_join(asking: Asking) -> RegistryEvent:
    kinds = {"born": EventKind.BORN, "married_in": EventKind.MARRIED_IN}
    return add_member(
        by=asking.actor,
        household=asking.file.pk,
        version=asking.version,
        person=new_person(asking),
        kind=kinds.get(asking.text("kind"), EventKind.JOINED),
        on=asking.day(),
    )


def run_die(asking: Asking) -> RegistryEvent:
    return die(
        by=asking.actor,
        person=asking.who(),
        version=asking.version,
        on=asking.day(),
        cause=asking.text("cause"),
        new_head=asking.new_head(),
        relations=asking.relations(),
    )


def run_leave(asking: Asking) -> RegistryEvent:
    why = asking.text("why")
    if why not in LEAVES:
        raise said("why", ("请选择离开的原因", "choose why"), ("", ""))
    return leave_registry(
        by=asking.actor,
        person=asking.who(),
        version=asking.version,
        why=why,
        on=asking.day(),
        new_head=asking.new_head(),
        relations=asking.relations(),
    )


def run_move(asking: Asking) -> RegistryEvent:
    other = asking.other()
    return move_person(
        by=asking.actor,
        person=asking.who(),
        household=other.pk,
        version=asking.other_version(other),
        relation=asking.text("relation"),
        source_version=asking.version,
        kind=EventKind.MARRIED_IN if asking.text("kind") == "married_in" else EventKind.MOVED,
        new_head=asking.new_head(),
        relations=asking.relations(),
        on=asking.day(),
    )


def run_head(asking: Asking) -> RegistryEvent:
    return change_head(
        by=asking.actor,
        household=asking.file.pk,
        version=asking.version,
        person=asking.who(),
        relations=asking.relations(),
        on=asking.day(),
    )


def run_split(asking: Asking) -> RegistryEvent:
    persons = asking.some_of("persons")
    if not persons:
        raise said("persons", ("请选择分出的成员", "choose who leaves"), ("", ""))
    return split(
        by=asking.actor,
        household=asking.file.pk,
        version=asking.version,
        persons=persons,
        head=asking.one_of("head", Text("新户户主", "head of the new household")),
        number=asking.text("number"),
        new_head=asking.new_head(),
        relations=asking.relations(),
        on=asking.day(),
    )


def run_merge(asking: Asking) -> RegistryEvent:
    other = asking.other()
    return merge(
        by=asking.actor,
        household=asking.file.pk,
        version=asking.version,
        into=other.pk,
        into_version=asking.other_version(other),
        relations=asking.relations(),
        on=asking.day(),
    )


def run_village(asking: Asking) -> RegistryEvent:
    return move_village(
        by=asking.actor,
        household=asking.file.pk,
        version=asking.version,
        village_code=asking.text("village"),
        group_name=asking.text("group_name"),
        on=asking.day(),
    )


def run_classify(asking: Asking) -> RegistryEvent:
    kind = asking.text("kind")
    if kind not in (SpellKind.CATEGORY, SpellKind.MONITORING):
        raise said("kind", ("请选择要变更的类别", "choose what changes"), ("", ""))
    code = asking.text(f"{kind}_code")
    if not code:
        raise said(f"{kind}_code", ("请选择新的类别", "choose the new one"), ("", ""))
    return classify(
        by=asking.actor,
        household=asking.file.pk,
        version=asking.version,
        kind=SpellKind(kind),
        code=code,
        risks=asking.data.getlist("risks") if kind == SpellKind.MONITORING else (),
        on=asking.day(),
        clause=_basis(asking) if kind == SpellKind.MONITORING else asking.text("clause"),
    )


def _basis(asking: Asking) -> str:
    """Who is monitored is decided by a case; what was decided elsewhere names its basis."""
    basis = asking.text("clause")
    if len(basis) < 2:
        raise said(
            "clause",
            ("请写明依据：在别处作出的决定或文件", "name the decision or document behind it"),
            ("尚未决定的，请立案办理", "open a case for what is not decided yet"),
        )
    return basis


def run_remove(asking: Asking) -> RegistryEvent:
    return remove_risk(
        by=asking.actor,
        household=asking.file.pk,
        version=asking.version,
        how=asking.text("how"),
        on=asking.day(),
        clause=_basis(asking),
    )


def run_return(asking: Asking) -> RegistryEvent:
    return come_back(
        by=asking.actor,
        person=asking.who(),
        household=asking.file.pk,
        version=asking.version,
        relation=asking.text("relation") or "head",
        is_head=not asking.file.members,
        on=asking.day(),
    )
