"""What a failed statement tells of its row does not reach the log."""

import io
import logging
from datetime import date

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.module_loading import import_string

from fangpin.foundation.log_lines import without_rows

BORN, WORD = "1987-06-05", "张小测的备注"


@pytest.fixture
def lines(db: None) -> io.StringIO:
    """A log as the settings make it, with the failures of two statements about somebody."""
    made = dict(settings.LOGGING["formatters"]["line"])
    formatter = import_string(made.pop("class"))(made["format"], style=made["style"])
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    log = logging.Logger("of the test")
    log.addHandler(handler)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE somebody (born date UNIQUE CHECK (born < now()), word text)"
        )
        cursor.execute("INSERT INTO somebody VALUES (%s, %s)", [BORN, WORD])
    for born in (date.fromisoformat(BORN), date(2999, 9, 9)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO somebody VALUES (%s, %s)", [born, f"{WORD}\nValueError: no"]
                )
        except DatabaseError:
            log.exception("job failed")
    return stream


def test_a_traceback_names_the_error_and_no_value(lines: io.StringIO) -> None:
    written = lines.getvalue()
    assert "duplicate key value violates unique constraint" in written
    assert "violates check constraint" in written
    assert "test_log_lines.py" in written, "where it happened is told"
    assert BORN not in written
    assert WORD not in written
    assert "2999-09-09" not in written
    assert written.count("DETAIL: (left out)") >= 4, "for the driver's error and for Django's"


def test_a_line_without_an_error_stays_as_it_is() -> None:
    line = "2026-11-22 12:00:00 INFO fangpin.worker worker is ready"
    assert without_rows(line) == line
