"""The second wall (people/row_security.py) around what belongs to an entry from a phone: shown with
the entry. A picture that came before its entry belongs to no place yet."""

from django.db import migrations

_SHOWN = {
    "dispute": "EXISTS (SELECT FROM fieldwork_sent o WHERE o.id = sent_id)",
    "picture": "sent_id IS NULL OR EXISTS (SELECT FROM fieldwork_sent o WHERE o.id = sent_id)",
    "part": "EXISTS (SELECT FROM fieldwork_picture o WHERE o.id = picture_id)",
}
FORWARD = "\n".join(
    f"""
ALTER TABLE fieldwork_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY owners ON fieldwork_{table} TO fangpin_web USING (
    {shown}
) WITH CHECK (true);"""
    for table, shown in _SHOWN.items()
)
BACKWARD = "\n".join(
    f"DROP POLICY owners ON fieldwork_{table};"
    f" ALTER TABLE fieldwork_{table} DISABLE ROW LEVEL SECURITY;"
    for table in _SHOWN
)


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0002_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
