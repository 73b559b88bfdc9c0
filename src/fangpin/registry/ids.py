"""Row ids before the rows: sealed columns are bound to the id of their row."""

from django.db import connection, models


def allocate(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh ids from the table's own sequence, ascending. Two queries.

    They are not promised to be contiguous: other sessions draw from the same sequence.
    """
    if count < 0:
        raise ValueError("count must not be negative")
    if not count:
        return []
    with connection.cursor() as cursor:
        # Looked up once: within the second statement it would be looked up for every row.
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count]
        )
        return [row[0] for row in cursor.fetchall()]
