"""Whether the key ring belongs to this database. Asked at each start: a lost key file would
otherwise be made anew, and everything entered from then on closed with keys nobody expects."""

from django.db import connection
from psycopg import sql

from fangpin.foundation import cipher
from fangpin.foundation.cipher import SealBroken
from fangpin.foundation.rotation import Table, tables
from fangpin.kernel.errors import FangpinError, Where


def refuse_foreign_keys() -> None:
    """Open the newest row of every table with closed values. FangpinError when one stays shut."""
    for table in tables():
        try:
            _open_newest(table)
        except SealBroken as error:
            raise FangpinError.because(
                f"密钥与数据库不是同一套：{table.name} 中的内容打不开",
                f"the keys do not belong to this database: values of {table.name} stay shut",
                do_zh="停止使用；从备份或密钥托管处恢复 keys.json（或 FANGPIN_KEYS），再启动",
                do_en="stop here; restore keys.json (or FANGPIN_KEYS) from backup or escrow first",
                where=Where(file="keys"),
            ) from error


def _open_newest(table: Table) -> None:
    columns = [table.row, *(str(field.column) for field in table.sealed)]
    query = sql.SQL("SELECT {} FROM {} ORDER BY {} DESC LIMIT 1").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(table.name),
        sql.Identifier(table.key),
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchone()
    if found is None:
        return
    row, *values = found
    for field, value in zip(table.sealed, values, strict=True):
        if value is not None:
            cipher.unseal(value, column=field.cipher_column, row=row)
