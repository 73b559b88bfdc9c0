"""The second wall (people/row_security.py) around clues, their reasons and answers."""

from django.db import migrations

TABLES = ("clues_clue", "clues_cluereason", "clues_clueanswer", "clues_returnedanswer")

FORWARD = "\n".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON {table} TO fangpin_web USING (
    village_code >= current_setting('fangpin.lo', true)
    AND village_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE village_code ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);
"""
    for table in TABLES
)
BACKWARD = "\n".join(
    f"DROP POLICY places ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("clues", "0001_initial"), ("people", "0002_triggers_and_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
