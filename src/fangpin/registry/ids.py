"""Row ids before the rows: sealed columns are bound to the id of their row."""

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
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
