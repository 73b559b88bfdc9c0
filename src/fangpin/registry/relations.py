"""Relations to the head, restated when somebody else becomes the head.

Only what follows for certain is worked out: my wife's father is, to her, her father. Whether a
grandson is the son of this son or a nephew nobody can tell from the registry; it stays unknown
until somebody says so.
"""

from collections.abc import Collection

from fangpin.registry.models import Membership

_PARENTS = ("father", "mother")
_CHILDREN = ("son", "daughter")


def restated(
    new_head: Membership, members: Collection[Membership], old_head: Membership | None
) -> dict[int, str]:
    """Relation of each member to `new_head`, by person id; "" where it is not certain.

    `members` state their relations to `old_head`, who may or may not be among them.
    """
    if old_head is None or old_head.person_id == new_head.person_id:
        return {row.person_id: row.relation for row in members if row is not new_head}
    sex_of_new = new_head.person.sex
    known: dict[int, str] = {}
    for row in members:
        if row.person_id == new_head.person_id:
            continue
        if row.person_id == old_head.person_id:
            known[row.person_id] = _of_old_head(new_head.relation, old_head.person.sex, sex_of_new)
        else:
            known[row.person_id] = _of_member(
                new_head.relation, row.relation, sex_of_new, old_head.person.sex, row
            )
    return known


def _of_old_head(relation: str, sex: str, sex_of_new: str) -> str:
    """What the old head is to the new one, who was `relation` to him or her."""
    male = {"male": True, "female": False}.get(sex)
    if relation == "spouse":
        return "spouse"
    if relation == "sibling":
        return "sibling"
    if male is None:
        return ""
    pairs: dict[str, tuple[str, str]] = {
        "son": ("father", "mother"),
        "daughter": ("father", "mother"),
        "son_in_law": ("wifes_father", "wifes_mother"),
        "daughter_in_law": ("husbands_father", "husbands_mother"),
        "father": ("son", "daughter"),
        "mother": ("son", "daughter"),
        "wifes_father": ("son_in_law", ""),
        "wifes_mother": ("son_in_law", ""),
        "husbands_father": ("", "daughter_in_law"),
        "husbands_mother": ("", "daughter_in_law"),
        "grandson": ("grandfather", "grandmother"),
        "granddaughter": ("grandfather", "grandmother"),
        "maternal_grandson": ("maternal_grandfather", "maternal_grandmother"),
        "maternal_granddaughter": ("maternal_grandfather", "maternal_grandmother"),
        "grandfather": ("grandson", "granddaughter"),
        "grandmother": ("grandson", "granddaughter"),
        "maternal_grandfather": ("maternal_grandson", "maternal_granddaughter"),
        "maternal_grandmother": ("maternal_grandson", "maternal_granddaughter"),
        "uncle": ("nephew", "niece"),
        "nephew": ("uncle", ""),
        "niece": ("uncle", ""),
    }
    pair = pairs.get(relation)
    return "" if pair is None else pair[0] if male else pair[1]


def _of_member(new: str, other: str, sex_of_new: str, sex_of_old: str, row: Membership) -> str:
    """What a member, `other` to the old head, is to the new head, `new` to the old head."""
    if new == "spouse":
        if other in _CHILDREN or other in (
            *("grandson", "granddaughter", "daughter_in_law", "son_in_law"),
            *("maternal_grandson", "maternal_granddaughter"),
            *("great_grandson", "great_granddaughter"),
        ):
            return other
        if other in ("wifes_father", "husbands_father"):
            return "father"
        if other in ("wifes_mother", "husbands_mother"):
            return "mother"
        prefix = {"female": "husbands_", "male": "wifes_"}.get(sex_of_new)
        if other in _PARENTS and prefix:
            return prefix + other
    if new in _CHILDREN:
        if other in _CHILDREN:
            return "sibling"
        # A second marriage cannot be seen from here, so a stepmother is called mother as the
        # register calls her.
        if other == "spouse":
            return {"male": "father", "female": "mother"}.get(row.person.sex, "")
        if other in _PARENTS and sex_of_old:
            side = "" if sex_of_old == "male" else "maternal_"
            return side + ("grandfather" if other == "father" else "grandmother")
    if new in _PARENTS:
        if other in _PARENTS:
            return "spouse"
        if other in _CHILDREN and sex_of_old:
            side = "" if sex_of_old == "male" else "maternal_"
            return side + ("grandson" if other == "son" else "granddaughter")
        if other == "spouse":
            return {"male": "son_in_law", "female": "daughter_in_law"}.get(row.person.sex, "")
    if new == "sibling" and other in _PARENTS:
        return other
    return ""
