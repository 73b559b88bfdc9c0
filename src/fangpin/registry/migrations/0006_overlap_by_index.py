"""The check for overlaps goes by index, also right after a bulk load, when the planner still
believes the table to be empty and would compare every row with every other."""

from django.db import migrations

_TABLES = ("registry_membership", "registry_categoryspell")


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_rare_values_are_found")]
    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION {table}_no_overlap() SET enable_seqscan = off",
            f"ALTER FUNCTION {table}_no_overlap() RESET enable_seqscan",
        )
        for table in _TABLES
    ]
