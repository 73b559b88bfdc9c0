"""Two incomes of one household and year, from the items and sums that are known; integer fen.

The registration formula gives the net income that monitoring compares with its line; the
subsistence formula the income that the subsistence allowance is judged by. They count different
items (`catalogue/income_items.yaml`) and are never mixed. What is not known stays unknown: a class
counts only when its sum was recorded or every one of its items is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fangpin.registry.catalogue.field import Counts, Item, ItemClass
from fangpin.registry.catalogue.load import catalogue

REGISTRATION_CLASSES = ("wage", "business", "business_cost", "property", "transfer")


@dataclass(frozen=True, slots=True)
class Part:
    """One summand: a class, or an item where items of one class are treated differently.

    `amount` in fen, None = unknown; `sign` +1 or −1; `clause` says why it enters so.
    """

    name: str
    amount: int | None
    sign: int
    clause: str


@dataclass(frozen=True, slots=True)
class Income:
    """An income: its parts, the sum in fen, and per person (rounded half up); None = unknown."""

    parts: tuple[Part, ...]
    persons: int | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the parts that are not known."""
        return tuple(part.name for part in self.parts if part.amount is None)

    @property
    def total(self) -> int | None:
        """The sum, when every part is known."""
        total = 0
        for part in self.parts:
            if part.amount is None:
                return None
            total += part.sign * part.amount
        return total

    @property
    def per_person(self) -> int | None:
        """The sum by heads; unknown when nobody was counted."""
        return share(self.total, self.persons)


def share(total: int | None, persons: int | None) -> int | None:
    """Fen per person, rounded half up (a half away from zero); None = unknown."""
    if total is None or not persons:
        return None
    rounded = (2 * abs(total) + persons) // (2 * persons)
    return rounded if total >= 0 else -rounded


def class_sum(
    of: ItemClass, items: Mapping[str, int | None], sums: Mapping[str, int | None]
) -> int | None:
    """The sum of a class: as recorded, else of its items when all of them are known."""
    recorded = sums.get(of.sum) if of.sum else None
    if recorded is not None:
        return recorded
    return _all_of([items.get(item.name) for item in _items_of(of)])


def registration(
    items: Mapping[str, int | None], sums: Mapping[str, int | None], persons: int | None
) -> Income:
    """Net income of the registration: wages + production + property + transfers − costs.

    `items` by item name and `sums` by column of IncomeYear, in fen, missing or None = unknown.
    """
    return Income(tuple(_registration_parts(REGISTRATION_CLASSES, items, sums)), persons)


def reference(
    items: Mapping[str, int | None], sums: Mapping[str, int | None], persons: int | None
) -> Income:
    """What monitoring looks at besides: net income + insurance payouts − unavoidable expenses."""
    parts = list(_registration_parts(REGISTRATION_CLASSES, items, sums))
    classes = catalogue().item_classes
    for name, sign in (("payout", 1), ("expense", -1)):
        of = classes[name]
        parts.append(Part(name, class_sum(of, items, sums), sign, of.registration.clause))
    return Income(tuple(parts), persons)


def subsistence(
    items: Mapping[str, int | None], sums: Mapping[str, int | None], persons: int | None
) -> Income:
    """Income for the subsistence allowance: what counts there, less costs of production and work.

    A class whose items are treated alike enters by its sum; of the others each counted item.
    """
    parts: list[Part] = []
    for of in catalogue().item_classes.values():
        inside = _items_of(of)
        alike = {item.subsistence.counts for item in inside} == {of.subsistence.counts}
        if alike:
            if of.subsistence.counts is not Counts.left_out:
                sign = -1 if of.subsistence.counts is Counts.deducted else 1
                amount = class_sum(of, items, sums)
                parts.append(Part(of.name, amount, sign, of.subsistence.clause))
            continue
        for item in inside:
            if item.subsistence.counts is not Counts.left_out:
                sign = -1 if item.subsistence.counts is Counts.deducted else 1
                parts.append(Part(item.name, items.get(item.name), sign, item.subsistence.clause))
    return Income(tuple(parts), persons)


def disagreements(
    items: Mapping[str, int | None], sums: Mapping[str, int | None], persons: int | None
) -> tuple[str, ...]:
    """Columns of recorded sums that the known items or the other sums contradict."""
    found = []
    for of in catalogue().item_classes.values():
        itemised = _all_of([items.get(item.name) for item in _items_of(of)])
        recorded = sums.get(of.sum) if of.sum else None
        if itemised is not None and recorded is not None and itemised != recorded:
            found.append(of.sum)
    net = registration(items, sums, persons)
    if net.total is not None:
        cost = next(part.amount or 0 for part in net.parts if part.name == "business_cost")
        expected = {
            "gross_income": net.total + cost,
            "net_income": net.total,
            "net_income_per_person": net.per_person,
        }
        for column, amount in expected.items():
            recorded = sums.get(column)
            # per person figures are delivered in whole yuan as often as in fen
            slack = 100 if column == "net_income_per_person" else 0
            if amount is not None and recorded is not None and abs(amount - recorded) > slack:
                found.append(column)
    return tuple(found)


def _registration_parts(
    names: tuple[str, ...], items: Mapping[str, int | None], sums: Mapping[str, int | None]
) -> list[Part]:
    parts = []
    for name in names:
        of = catalogue().item_classes[name]
        sign = -1 if of.registration.counts is Counts.deducted else 1
        parts.append(Part(name, class_sum(of, items, sums), sign, of.registration.clause))
    return parts


def _items_of(of: ItemClass) -> tuple[Item, ...]:
    return tuple(item for item in catalogue().items.values() if item.item_class is of)


def _all_of(amounts: list[int | None]) -> int | None:
    total = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total if amounts else None
