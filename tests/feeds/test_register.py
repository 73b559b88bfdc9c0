"""Household and person sheets become dense places, households and persons."""

from datetime import date

import polars as pl
import pytest
from tests.feeds.county import County, number_of, pack, reasons, typed

from fangpin.feeds.register import build_register
from fangpin.kernel.errors import FangpinError


def changed(county: County, **edits: object) -> list[list[object]]:
    """The person table with cells replaced: row number (from 0) → {column: value}."""
    rows = county.person_table()
    header = rows[0]
    for row, cells in edits.get("cells", {}).items():  # type: ignore[attr-defined]
        for column, value in cells.items():
            rows[row + 1][header.index(column)] = value
    return rows


def test_everybody_is_there_sorted_and_dense() -> None:
    county = County(4)
    register = county.register()
    assert register.places.height == 9
    assert register.households.height == 36
    assert register.persons.height == 108
    assert register.households["village"].to_list() == sorted(register.households["village"])
    assert register.persons["household"].to_list() == sorted(register.persons["household"])
    assert register.places["persons"].to_list() == [12] * 9
    assert register.places["township"].unique(maintain_order=True).to_list() == list(
        dict.fromkeys(p.township for p in county.persons)
    )
    assert register.identity.number.null_count() == 0


def test_no_names_and_no_numbers_in_the_frames() -> None:
    county = County(4)
    register = county.register()
    secret = {p.name for p in county.persons} | {p.number for p in county.persons}
    secret |= {p.phone for p in county.persons}
    for frame in (register.places, register.households, register.persons):
        said = {value for column in frame.select(pl.col(pl.String)) for value in column.to_list()}
        assert not said & secret


def test_order_of_rows_does_not_matter() -> None:
    county = County(3)
    rows = county.person_table()
    again = county.register(persons=[rows[0], *reversed(rows[1:])])
    first = county.register()
    assert again.persons.drop("_row").equals(first.persons.drop("_row"))
    assert again.identity.number.equals(first.identity.number)


@pytest.mark.parametrize(
    ("cell", "action", "reason"),
    [
        ("999999202104190002", "flagged", "id_placeholder"),
        ("529901197001019990", "rejected", "register_id_unusable"),
        (None, "rejected", "register_id_unusable"),
        (5.29901197001012e17, "rejected", "register_id_unusable"),
    ],
)
def test_a_person_without_a_usable_number_stays(cell: object, action: str, reason: str) -> None:
    county = County(3)
    rows = changed(county, cells={4: {"证件号码": cell}})
    people = typed("person_register", rows)
    homes = typed("household_register", county.household_table())
    register = build_register([homes], [people], [], pack())
    assert register.persons.height == len(county.persons)
    assert register.identity.number[4] is None
    assert (action, reason) in reasons(people, 4)


def test_a_person_in_two_households_stays_where_the_numbers_fit() -> None:
    county = County(3)
    rows = county.person_table()
    again = list(rows[1])
    other = county.persons[-1]
    again[rows[0].index("户编号")] = other.household
    again[rows[0].index("与户主关系")] = "其他"
    people = typed("person_register", [*rows, again])
    register = build_register(
        [typed("household_register", county.household_table())], [people], [], pack()
    )
    assert register.persons.height == len(county.persons)
    assert ("rejected", "person_in_two_households") in reasons(people, len(rows) - 1)
    assert ("flagged", "person_of_two_households_kept") in reasons(people, 0)


def test_a_number_carried_by_two_belongs_to_the_one_it_fits() -> None:
    county = County(3)
    owner = county.persons[5]
    rows = changed(county, cells={40: {"证件号码": owner.number}})
    people = typed("person_register", rows)
    register = build_register(
        [typed("household_register", county.household_table())], [people], [], pack()
    )
    assert register.identity.number[5] == owner.number
    assert register.identity.number[40] is None
    assert ("flagged", "id_shared_in_register") in reasons(people, 5)
    assert ("rejected", "register_id_of_another") in reasons(people, 40)


def test_sizes_repeated_households_and_strangers() -> None:
    county = County(3)
    homes = county.household_table()
    size = homes[0].index("家庭人口数")
    homes[3][size] = "5"
    homes.append([*homes[1][:12], "99999"])
    stranger = list(county.person_table()[1])
    stranger[county.person_table()[0].index("户编号")] = "529901100200999999"
    home_rows = typed("household_register", homes)
    people = typed("person_register", [*county.person_table(), stranger])
    register = build_register([home_rows], [people], [], pack())
    assert register.households.height == 27
    assert ("flagged", "household_size_mismatch") in reasons(home_rows, 2)
    assert ("rejected", "household_number_repeated") in reasons(home_rows, 27)
    assert ("rejected", "household_unknown") in reasons(people, 81)


def test_unusable_number_of_the_head_goes_back_and_the_household_stays() -> None:
    county = County(3)
    homes = county.household_table()
    homes[2][homes[0].index("户主证件号码")] = "529901197001019990"
    home_rows = typed("household_register", homes)
    register = build_register(
        [home_rows], [typed("person_register", county.person_table())], [], pack()
    )
    assert register.households.height == 27
    assert reasons(home_rows, 1) == {("rejected", "register_head_id_unusable")}


def test_villages_by_former_and_merged_names() -> None:
    county = County(3)
    header = ["乡镇", "原村名", "原统计区划代码", "现村名", "现统计区划代码", "变动年份"]
    changes = typed(
        "place_changes",
        [header,
         ["青石镇", "老石门村", None, "石门村", county.of("石门村")[0].code, "2004"],
         ["白沙乡", "渡口村", county.of("渡口村")[0].code, "渡柳村", "529901101777", "2020"],
         ["白沙乡", "柳湾村", county.of("柳湾村")[0].code, "渡柳村", "529901101777", "2020"]],
    )  # fmt: skip
    register = build_register(
        [typed("household_register", county.household_table())],
        [typed("person_register", county.person_table())],
        [changes],
        pack(),
    )
    assert register.index.resolve("青石镇", "老石门村").code == county.of("石门村")[0].code
    merged = register.index.resolve("白沙乡", "渡柳村")
    assert merged.code is None
    assert set(merged.candidates) == {county.of(v)[0].code for v in ("渡口村", "柳湾村")}


def test_households_follow_from_persons_when_there_is_no_household_sheet() -> None:
    county = County(3)
    register = build_register([], [typed("person_register", county.person_table())], [], pack())
    assert register.households.height == 27
    assert register.persons.height == 81


def test_without_persons_there_is_a_refusal_that_says_what_to_do() -> None:
    with pytest.raises(FangpinError) as caught:
        build_register([], [], [], pack())
    assert "人员信息" in caught.value.in_language("zh")
    assert "export" in caught.value.in_language("en")


def test_rare_characters_are_kept() -> None:
    county = County(3)
    rows = changed(county, cells={7: {"姓名": "宋𫍯"}})
    register = county.register(persons=rows)
    assert register.names["name"][7] == "宋𫍯"
    assert number_of(date(2000, 1, 1), 7) not in register.identity.number.to_list()
