"""What the worker does by itself between jobs. A chore that fails is logged and does not keep the
worker from its jobs or from the other chores.

While a job takes long, `python -m fangpin.web.chores` does those of every minute beside it.
"""

import logging
import os

import django
from django.db import OperationalError
from django.utils.module_loading import import_string

log = logging.getLogger("fangpin.chores")

# Every minute: a notice whose days are over comes down at once; who was entered is in the books.
MINUTELY = (
    "fangpin.disclosure.actions.keep_notices",
    "fangpin.disclosure.site_writer.keep_site",
    "fangpin.people.messages.outward.spreading.minutely",
    "fangpin.registry.name_books.keep",
)
HOURLY = (
    "fangpin.disclosure.citizens.limits.forget_old",
    "fangpin.people.exporting.remove_expired",
    "fangpin.exchange.actions.forget_old_files",
    "fangpin.people.sign_in.throttle.forget_old",
    "fangpin.people.sign_in.sessions.forget_expired",
    "fangpin.checks.actions.enqueue_when_due",
    "fangpin.privacy.actions.retention.list_when_due",
    "fangpin.privacy.erased_list.write",
    "fangpin.fieldwork.pictures.forget_unclaimed",
    "fangpin.fieldwork.receiving.forget_content",
    "fangpin.fieldwork.pictures.sweep_files",
    "fangpin.disclosure.actions.sweep_files",
    "fangpin.cases.actions.time.hourly",
    "fangpin.clues.telling.urge",
    "fangpin.people.messages.actions.forget_old",
    "fangpin.people.messages.outward.tasks.forget_old",
)


def hourly() -> None:
    """Do all of them. Raises OperationalError when the database is away."""
    _do(HOURLY)


def minutely() -> None:
    """The same for what cannot wait for an hour."""
    _do(MINUTELY)


def _do(paths: tuple[str, ...]) -> None:
    for path in paths:
        try:
            import_string(path)()
        except OperationalError:
            raise
        except Exception:
            log.exception("the chore %s failed", path)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.web.settings")
    os.environ["PGAPPNAME"] = "fangpin-chores"
    django.setup()
    # By its own name, not as __main__: settings may add to the chores.
    from fangpin.web import chores

    chores.minutely()
