"""The second wall (people/row_security.py) around who belonged to which household: a membership is
shown with its household. What it costs, and why persons have no policy: decision 0017."""

from django.db import migrations

FORWARD = """
ALTER TABLE registry_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY households ON registry_membership TO fangpin_web USING (
    EXISTS (SELECT 1 FROM registry_household h WHERE h.id = household_id)
) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY households ON registry_membership;
ALTER TABLE registry_membership DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_overlap_by_index"), ("screening", "0004_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
