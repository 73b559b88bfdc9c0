"""The second wall (people/row_security.py) around notices and what citizens hand in."""

from django.db import migrations

_AREA = ("disclosure_postednotice", "disclosure_submission")
_BEHIND = (
    ("disclosure_boardphoto", "notice_id", "disclosure_postednotice"),
    ("disclosure_submissionfile", "submission_id", "disclosure_submission"),
)


def _forward() -> str:
    parts = [
        f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON {table} TO fangpin_web USING (
    area_code >= current_setting('fangpin.lo', true)
    AND area_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE area_code ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);"""
        for table in _AREA
    ]
    for table, column, owner in _BEHIND:
        parts.append(
            f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON {table} TO fangpin_web USING (
    EXISTS (SELECT FROM {owner} o WHERE o.id = {column})
) WITH CHECK (true);"""
        )
    return "\n".join(parts)


def _backward() -> str:
    tables = (*_AREA, *(table for table, _, _ in _BEHIND))
    return "\n".join(
        f"DROP POLICY places ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in tables
    )


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial"), ("people", "0002_triggers_and_row_security")]
    operations = [migrations.RunSQL(_forward(), _backward())]
