"""The second wall (people/row_security.py) around which notice a household was shown."""

from django.db import migrations

FORWARD = """
ALTER TABLE privacy_noticeshown ENABLE ROW LEVEL SECURITY;
CREATE POLICY owners ON privacy_noticeshown TO fangpin_web USING (
    EXISTS (SELECT FROM registry_household o WHERE o.id = household_id)
) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY owners ON privacy_noticeshown;
ALTER TABLE privacy_noticeshown DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0002_row_security"),
        ("registry", "0003_persons_behind_the_wall"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
