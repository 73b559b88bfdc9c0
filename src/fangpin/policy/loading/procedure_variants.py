"""Variants of procedures: what another place does differently, merged into whole procedures.

A variant may have the id of the procedure it changes (it takes its place) or one of its own (both
are there). Every change names the clause it rests on; what is not changed keeps its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.pack import Condition, Origin, Procedure, Record, Step

_OWN_CLAUSE = ("within", "publish", "vote")
"""Parts of a step that carry a clause of their own."""
_NOT_TAKEN = ("steps", "based_on", "conditions", "without_conditions")


@dataclass(frozen=True, slots=True)
class _Written(Record):
    fields: dict[str, Any]


class StepChange(_Written):
    """Keys of a step that differ; `change` names the step."""


class StepNew(_Written):
    """A step that comes after the one named by `insert_after`."""


class StepGone(_Written):
    """`remove` names a step that is left out."""


class Variant(_Written):
    """A procedure as another one (`based_on`) with differences."""

    @property
    def id(self) -> str:
        return str(self.fields["id"])


def resolve(
    variants: Iterable[Variant], into: dict[str, Any], broken: set[str], problems: Problems
) -> None:
    """Puts the merged procedures of `variants`, in the order written, into `into`."""
    for variant in variants:
        base = into.get(variant.fields["based_on"])
        if base is None:
            if variant.fields["based_on"] not in broken:
                _no_base(variant, into, problems)
            broken.add(variant.id)
            continue
        into[variant.id] = _merged(variant, base, problems)


def _no_base(variant: Variant, known: dict[str, Any], problems: Problems) -> None:
    base = variant.fields["based_on"]
    problems.at(
        variant.origin,
        "based_on",
        (
            f"程序 {variant.id} 的 based_on 指向不存在的程序 {base}",
            f"procedure {variant.id}: based_on names {base}, which is no procedure above it",
        ),
        meant(base, known),
    )


def _merged(variant: Variant, base: Procedure, problems: Problems) -> Procedure:
    changed = {key: value for key, value in variant.fields.items() if key not in _NOT_TAKEN}
    changed["conditions"] = _conditions(variant, base, problems)
    # Steps keep the clause they had with the base, whose own clause is another than the variant's.
    steps = [replace(step, clause=step.clause or base.clause) for step in base.steps]
    for each in variant.fields.get("steps", ()):
        _step(each, steps, variant, problems)
    if "time_limit" not in changed:
        # The limit stays where it stands, although the procedure's own clause is another now.
        changed["time_limit"] = _resting_on(base.time_limit, base.clause)
    return replace(base, **changed, steps=tuple(steps), based_on=base.id, origin=variant.origin)


def _conditions(variant: Variant, base: Procedure, problems: Problems) -> tuple[Condition, ...]:
    """Those of the base without the ones left out, replaced by id, then those that are new."""
    own = {each.id: each for each in variant.fields.get("conditions", ())}
    gone = variant.fields.get("without_conditions", ())
    known = [each.id for each in base.conditions]
    for name in gone:
        if name not in known:
            problems.at(
                variant.origin,
                "without_conditions",
                (
                    f"程序 {variant.id} 要去掉的条件 {name} 不存在",
                    f"procedure {variant.id}: there is no condition {name} to leave out",
                ),
                meant(name, known),
            )
    kept = [own.pop(each.id, each) for each in base.conditions if each.id not in gone]
    return (*kept, *own.values())


def _step(each: Any, steps: list[Step], variant: Variant, problems: Problems) -> None:
    key = {StepChange: "change", StepNew: "insert_after", StepGone: "remove"}[type(each)]
    wanted = each.fields[key]
    at = next((place for place, step in enumerate(steps) if step.id == wanted), None)
    if at is None:
        problems.at(
            each.origin,
            key,
            (
                f"程序 {variant.id} 的 {key} 指向不存在的步骤 {wanted}",
                f"procedure {variant.id}: {key} names {wanted}, which is no step of it",
            ),
            meant(wanted, [step.id for step in steps]),
        )
        return
    written = {name: value for name, value in each.fields.items() if name != key}
    if isinstance(each, StepGone):
        del steps[at]
    elif isinstance(each, StepNew):
        steps.insert(at + 1, Step(**written, origin=each.origin))
    else:
        steps[at] = _changed(steps[at], written, each.origin)


def _changed(step: Step, written: dict[str, Any], origin: Origin) -> Step:
    clause = written.pop("clause")
    written = {
        key: _resting_on(part, clause) if key in _OWN_CLAUSE else part
        for key, part in written.items()
    }
    if any(key not in _OWN_CLAUSE for key in written):
        # What stays of the step as it was keeps the clause it had.
        kept = {
            key: _resting_on(getattr(step, key), step.clause)
            for key in _OWN_CLAUSE
            if key not in written
        }
        written = kept | written | {"clause": clause}
    return replace(step, **written, origin=origin)


def _resting_on(part: Any, clause: str | None) -> Any:
    return part if part is None or part.clause is not None else replace(part, clause=clause)
