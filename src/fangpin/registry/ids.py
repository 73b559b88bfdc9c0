"""Row ids before the rows: sealed columns are bound to the id of their row."""

from functools import cache

from django.db import connection, models


def allocate(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh ids from the table's own sequence, ascending. One query.

    They are not promised to be contiguous: other sessions draw from the same sequence.
    """
    if count < 0:
        raise ValueError("count must not be negative")
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
            [_sequence(model._meta.db_table), count],
        )
        return [row[0] for row in cursor.fetchall()]


@cache
def _sequence(table: str) -> str:
    """The sequence that numbers the rows of a table. Looked up once in the life of the process:
    an identity column keeps its sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (found,) = cursor.fetchone()
    return str(found)
