"""What the values of one person say against each other.

These are told to whoever enters them and do not stop the entry: papers contradict each other, and
the quality rules follow them up.
"""

from collections.abc import Mapping
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.kernel.identity import Verdict, judge


def contradictions(values: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """Pairs of field key and sentence. `values` by field name, and `relation`; any may miss."""
    found: list[tuple[str, Text]] = []
    number = values.get("id_number") or ""
    judged = judge(number) if number else None
    if judged is not None and judged.verdict in (Verdict.ok, Verdict.ok_normalised):
        born, sex = values.get("birth_date"), values.get("sex")
        if born is not None and judged.birth_date not in (None, born):
            found.append(
                (
                    "person.birth_date",
                    Text(
                        "出生日期与证件号码不一致",
                        "the date of birth does not agree with the identity number",
                    ),
                )
            )
        if sex and judged.sex is not None and str(judged.sex) != sex:
            found.append(
                (
                    "person.sex",
                    Text("性别与证件号码不一致", "the sex does not agree with the identity number"),
                )
            )
    relation, sex = values.get("relation") or "", values.get("sex") or ""
    if sex and relation in _SEX_OF and _SEX_OF[relation] != sex:
        found.append(
            (
                "membership.relation",
                Text("性别与户主关系不符", "the relation to the head does not fit the sex"),
            )
        )
    return found


_MALE = (
    *("son", "son_in_law", "grandson", "maternal_grandson", "great_grandson", "father"),
    *("wifes_father", "husbands_father", "grandfather", "maternal_grandfather", "nephew", "uncle"),
)
_FEMALE = (
    *("daughter", "daughter_in_law", "granddaughter", "maternal_granddaughter"),
    *("great_granddaughter", "mother", "wifes_mother", "husbands_mother", "grandmother"),
    *("maternal_grandmother", "niece", "brothers_wife"),
)
_SEX_OF = dict.fromkeys(_MALE, "male") | dict.fromkeys(_FEMALE, "female")
