"""The second wall (people/row_security.py) around messages: those about a place are seen there;
those about the system as a whole are kept apart by role alone."""

from django.db import migrations

_FORWARD = """
ALTER TABLE people_message ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON people_message TO fangpin_web USING (
    area_code = ''
    OR area_code >= current_setting('fangpin.lo', true)
    AND area_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE area_code ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);"""
_BACKWARD = """
DROP POLICY places ON people_message;
ALTER TABLE people_message DISABLE ROW LEVEL SECURITY;"""


class Migration(migrations.Migration):
    dependencies = [("people", "0009_messages"), ("screening", "0004_row_security")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
