"""What shows that a database is whole: rows open with the keys at hand, the audit chain holds."""

from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from fangpin.foundation import cipher
from fangpin.foundation.audit_chain import Verdict, verify
from fangpin.foundation.fields import SealedField
from fangpin.kernel.errors import FangpinError, Where

SAMPLE: Final = 50  # values tried of each closed column: the first and the last of them


@dataclass(frozen=True)
class Proof:
    """How many closed values were opened, of how many columns; how long the audit trail is."""

    opened: int
    columns: int
    audit_entries: int
    audit_head: str


def prove() -> Proof:
    """Open a sample of every closed column and follow the whole audit chain.

    FangpinError names the first value that stays shut, or the entry where the chain breaks.
    """
    opened, columns = 0, 0
    for field in sealed_columns():
        count = _open_sample(field)
        opened, columns = opened + count, columns + 1
    chain = _audit_chain()
    return Proof(opened, columns, chain.links, chain.head.hex())


def _audit_chain() -> Verdict:
    connection.ensure_connection()
    found = verify(connection.connection)
    if found.fault is not None:
        raise FangpinError.because(
            f"审计记录链在第 {found.fault.seq} 环断开：{found.fault.what.zh}",
            f"the chain of audit entries breaks at link {found.fault.seq}: {found.fault.what.en}",
            do_zh="换用另一份备份，并报告此问题",
            do_en="take another backup and report this",
        )
    return found


def sealed_columns() -> list[SealedField]:
    """Every closed column of the schema except those of history tables, which copy them."""
    return [
        field
        for model in apps.get_models()
        if not hasattr(model, "pgh_tracked_model") and not model._meta.proxy
        for field in model._meta.get_fields()
        if isinstance(field, SealedField)
    ]


def _open_sample(field: SealedField) -> int:
    model: type[models.Model] = field.model
    assert field.column is not None
    key = model._meta.pk
    names = {
        "table": sql.Identifier(model._meta.db_table),
        "key": sql.Identifier(str(key.column if key else "id")),
        "column": sql.Identifier(field.column),
    }
    ends = sql.SQL(
        "(SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY {key} {way}"
        " LIMIT %s)"
    )
    query = sql.SQL(" UNION ").join(
        ends.format(**names, way=sql.SQL(way)) for way in ("ASC", "DESC")
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [SAMPLE // 2, SAMPLE // 2])
        rows = cursor.fetchall()
    for row, data in rows:
        try:
            cipher.unseal(data, column=field.cipher_column, row=row)
        except FangpinError as error:
            raise FangpinError.because(
                f"{field.cipher_column} 的加密内容打不开",
                f"closed values of {field.cipher_column} do not open",
                do_zh="确认密钥（keys.json）与这些数据是同一套；从密钥托管处取回",
                do_en="make sure that the keys (keys.json) belong to these data; get them back "
                "from escrow",
                where=Where(file=f"{model._meta.db_table} id {row}"),
            ) from error
    return len(rows)
