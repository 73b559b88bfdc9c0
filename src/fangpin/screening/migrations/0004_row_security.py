"""Policies of the second wall (people/row_security.py), and the role that they hold for.

The tables stay the property of the login that migrates; policies do not bind the owner. Needs the
right to create a role once; where a database administrator does not give it, they create it:
`CREATE ROLE fangpin_web NOLOGIN; GRANT fangpin_web TO <login>;`.
"""

from django.db import migrations

# table → (column, whether it compares by characters of a locale and has a pattern index)
TABLES = {
    "registry_household": ("village_code", False),
    "registry_householdhistory": ("village_code", False),
    "screening_finding": ("village_code", True),
    "feeds_coverage": ("village_code", True),
    "feeds_linkquestion": ("area", True),
    "feeds_linkdecision": ("area", True),
}

ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fangpin_web') THEN
        CREATE ROLE fangpin_web NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT pg_has_role(current_user, 'fangpin_web', 'MEMBER') THEN
        EXECUTE format('GRANT fangpin_web TO %I', current_user);
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration
END $$;
"""


def _forward() -> str:
    # The range is exact for one place, and the planner knows its figures because it stands in the
    # expression itself; prefixes are compared, in a subquery that is read once, only for several.
    parts = []
    for table, (column, pattern) in TABLES.items():
        least, below = ("~>=~", "~<~") if pattern else (">=", "<")
        parts.append(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
            f"CREATE POLICY places ON {table} TO fangpin_web USING (\n"
            f"    {column} {least} current_setting('fangpin.lo', true)\n"
            f"    AND {column} {below} current_setting('fangpin.hi', true)\n"
            "    AND CASE\n"
            "        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0)"
            " THEN true\n"
            f"        ELSE {column} ^@ ANY ((SELECT string_to_array("
            "current_setting('fangpin.areas', true), ','))::text[])\n"
            "    END\n"
            ") WITH CHECK (true);"
        )
    return "\n".join(parts)


def _backward() -> str:
    return "\n".join(
        f"DROP POLICY places ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in TABLES
    )


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0003_answers"),
        ("feeds", "0003_closed_cells"),
        ("registry", "0005_rare_values_are_found"),
    ]
    operations = [
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(_forward(), _backward()),
    ]
