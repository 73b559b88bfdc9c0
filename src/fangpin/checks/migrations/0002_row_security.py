"""The second wall (people/row_security.py) around what the quality rules found."""

from django.db import migrations

FORWARD = """
ALTER TABLE checks_hit ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON checks_hit TO fangpin_web USING (
    village_code >= current_setting('fangpin.lo', true)
    AND village_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE village_code ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);
ALTER TABLE checks_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON checks_count TO fangpin_web USING (
    township >= current_setting('fangpin.lo', true)
    AND township < current_setting('fangpin.hi', true)
    AND township ^@ ANY (string_to_array(current_setting('fangpin.areas', true), ','))
) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY places ON checks_count;
ALTER TABLE checks_count DISABLE ROW LEVEL SECURITY;
DROP POLICY places ON checks_hit;
ALTER TABLE checks_hit DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("checks", "0001_initial"), ("people", "0002_triggers_and_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
