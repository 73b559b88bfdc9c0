"""The second wall (people/row_security.py) around whom a delivered row may mean: a candidate is
shown with its question."""

from django.db import migrations

FORWARD = """
ALTER TABLE feeds_linkcandidate ENABLE ROW LEVEL SECURITY;
CREATE POLICY owners ON feeds_linkcandidate TO fangpin_web USING (
    EXISTS (SELECT FROM feeds_linkquestion o WHERE o.id = question_id)
) WITH CHECK (true);
"""
BACKWARD = """
DROP POLICY owners ON feeds_linkcandidate;
ALTER TABLE feeds_linkcandidate DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("feeds", "0002_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
