"""The second wall (people/row_security.py) around cases. Tables without a code of their own are
seen as far as the case they belong to."""

from django.db import migrations

_AREA = ("cases_case", "cases_turn", "cases_publication")
_OF_CASE = ("cases_objection", "cases_keptentry")
_OF_TURN = ("cases_attachment", "cases_decisionsnapshot", "cases_escalation")


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
    behind = [(table, "case_id", "cases_case") for table in _OF_CASE]
    behind += [(table, "turn_id", "cases_turn") for table in _OF_TURN]
    behind += [
        ("cases_recusal", "household_id", "registry_household"),
        ("cases_keptfile", "kept_id", "cases_keptentry"),
    ]
    for table, column, owner in behind:
        parts.append(
            f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON {table} TO fangpin_web USING (
    EXISTS (SELECT FROM {owner} o WHERE o.id = {column})
) WITH CHECK (true);"""
        )
    return "\n".join(parts)


def _backward() -> str:
    tables = (*_AREA, *_OF_CASE, *_OF_TURN, "cases_recusal", "cases_keptfile")
    return "\n".join(
        f"DROP POLICY places ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in tables
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("people", "0002_triggers_and_row_security")]
    operations = [migrations.RunSQL(_forward(), _backward())]
