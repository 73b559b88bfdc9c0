"""Every write to users, units and posts."""

from fangpin.people.actions.posts import (
    LONGEST_DELEGATION,
    delegate,
    end_delegation,
    end_post,
    give_post,
    move_person,
)
from fangpin.people.actions.units import (
    add_charge,
    add_duty,
    change_unit,
    close_unit,
    department_unit,
    end_charge,
    end_duty,
    enter_local_units,
    enter_unit,
)
from fangpin.people.actions.users import (
    add_user,
    change_password,
    deactivate,
    enter_user,
    first_password_ends,
    give_first_password,
    reactivate,
    set_first_password,
)

__all__ = [
    "LONGEST_DELEGATION",
    "add_charge",
    "add_duty",
    "add_user",
    "change_password",
    "change_unit",
    "close_unit",
    "deactivate",
    "delegate",
    "department_unit",
    "end_charge",
    "end_delegation",
    "end_duty",
    "end_post",
    "enter_local_units",
    "enter_unit",
    "enter_user",
    "first_password_ends",
    "give_first_password",
    "give_post",
    "move_person",
    "reactivate",
    "set_first_password",
]
