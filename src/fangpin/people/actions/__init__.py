"""Every write to users, units and posts."""

from fangpin.people.actions.posts import (
    delegate,
    end_delegation,
    end_post,
    give_post,
    move_person,
)
from fangpin.people.actions.session import (
    FAILURES_ALLOWED,
    note_failed_sign_in,
    note_sign_in,
    sign_in_is_blocked,
)
from fangpin.people.actions.units import (
    add_charge,
    add_duty,
    change_unit,
    close_unit,
    department_unit,
    end_charge,
    end_duty,
    enter_unit,
)
from fangpin.people.actions.users import (
    add_user,
    deactivate,
    enter_user,
    first_password_ends,
    give_first_password,
    reactivate,
    set_first_password,
)

__all__ = [
    "FAILURES_ALLOWED",
    "add_charge",
    "add_duty",
    "add_user",
    "change_unit",
    "close_unit",
    "deactivate",
    "delegate",
    "department_unit",
    "end_charge",
    "end_delegation",
    "end_duty",
    "end_post",
    "enter_unit",
    "enter_user",
    "first_password_ends",
    "give_first_password",
    "give_post",
    "move_person",
    "note_failed_sign_in",
    "note_sign_in",
    "reactivate",
    "set_first_password",
    "sign_in_is_blocked",
]
