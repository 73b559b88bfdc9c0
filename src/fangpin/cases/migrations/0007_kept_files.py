"""Files of entries that could not be taken, seen as far as the entry; why a recusal ended."""

import django.db.models.deletion
from django.db import migrations, models

import fangpin.foundation.fields

_WALL = """
ALTER TABLE cases_keptfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON cases_keptfile TO fangpin_web USING (
    EXISTS (SELECT FROM cases_keptentry o WHERE o.id = kept_id)
) WITH CHECK (true);"""
_NO_WALL = """
DROP POLICY places ON cases_keptfile; ALTER TABLE cases_keptfile DISABLE ROW LEVEL SECURITY;"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_indexes_of_desks_and_results"),
    ]

    operations = [
        migrations.AddField(
            model_name="recusal",
            name="why_ended_closed",
            field=fangpin.foundation.fields.SealedField(null=True),
        ),
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(help_text="of the kept file, made up", max_length=80)),
                ("key", fangpin.foundation.fields.SealedField()),
                ("sha256", models.CharField(help_text="of the content", max_length=64)),
                ("size", models.PositiveIntegerField()),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="cases.keptentry",
                    ),
                ),
            ],
            options={
                "ordering": ["kept_id", "id"],
            },
        ),
        migrations.RunSQL(_WALL, _NO_WALL),
    ]
