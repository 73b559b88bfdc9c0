"""The second wall (people/row_security.py) around findings.

The column compares by characters of a locale; the operators by bytes use its pattern index.
"""

from django.db import migrations

_TABLES = (("screening_finding", "village_code"),)


def _forward() -> str:
    return "\n".join(
        f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON {table} TO fangpin_web USING (
    {column} ~>=~ current_setting('fangpin.lo', true)
    AND {column} ~<~ current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE {column} ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);"""
        for table, column in _TABLES
    )


def _backward() -> str:
    return "\n".join(
        f"DROP POLICY places ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table, _ in _TABLES
    )


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial"), ("people", "0002_triggers_and_row_security")]
    operations = [migrations.RunSQL(_forward(), _backward())]
