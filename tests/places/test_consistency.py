"""What does not fit is named; a tree in order has nothing to name."""

from fangpin.places.consistency import oddities
from fangpin.places.models import Place
from fangpin.registry.models import Household

Tree = dict[str, Place]


def test_a_tree_in_order(tree: Tree, households: None) -> None:
    assert oddities() == []


def test_each_oddity_is_named(tree: Tree, households: None) -> None:
    Household.objects.create(number="lost", village_code="620402101299")
    Place.objects.filter(name="上河村").update(name="别名")
    Place.objects.filter(name="东岭村").update(parent=tree["清水镇"])
    found = oddities("620402")
    assert [oddity.code for oddity in found] == ["620402102201", "620402101201", "620402101299"]
    assert oddities("999") == []
