"""The second wall (people/row_security.py) around visits and what phones handed in.

An entry about no household of the reader's (its content is closed, and shown to its sender alone)
has no place; everybody's own entries without a place stay within reach of the exactly-once check.
"""

from django.db import migrations

_INSIDE = """village_code >= current_setting('fangpin.lo', true)
    AND village_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE village_code ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END"""
FORWARD = f"""
ALTER TABLE fieldwork_visit ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON fieldwork_visit TO fangpin_web USING ({_INSIDE}) WITH CHECK (true);
ALTER TABLE fieldwork_sent ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON fieldwork_sent TO fangpin_web
    USING (village_code = '' OR ({_INSIDE})) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY places ON fieldwork_sent;
ALTER TABLE fieldwork_sent DISABLE ROW LEVEL SECURITY;
DROP POLICY places ON fieldwork_visit;
ALTER TABLE fieldwork_visit DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0001_initial"), ("people", "0002_triggers_and_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
