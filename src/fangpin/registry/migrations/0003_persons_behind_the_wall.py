"""The second wall (people/row_security.py) around persons and all that hangs on them or on a
household: a person is shown with a membership that is shown, everything else with its household,
rows of history with what they were rows of. What it costs: decision 0017.

Beneath a policy the planner may not use the index of hashed names, so names are asked for through
a function that runs as the owner of the tables. It answers ids to whoever has the hashes, which
need the key; the rows stay behind the policy. Few rows are promised, so that the planner begins
with them instead of walking through a village.

Whether memberships overlap is looked at as the owner, too: the other one may lie in a village that
whoever writes does not see.
"""

from django.db import migrations

NAMED = """
CREATE FUNCTION registry_persons_named(parts bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE
STRICT SECURITY DEFINER SET search_path = public, pg_temp ROWS 10 AS $$
    SELECT id FROM registry_person WHERE name_tokens @> parts
$$;
"""
NOT_NAMED = "DROP FUNCTION registry_persons_named;"
OVERLAP_SEEN = """
ALTER FUNCTION registry_membership_no_overlap() SECURITY DEFINER SET search_path = public, pg_temp;
"""
OVERLAP_UNSEEN = """
ALTER FUNCTION registry_membership_no_overlap() SECURITY INVOKER RESET search_path;
"""
_OF_HOUSEHOLD = ("categoryspell", "yearlyconditions", "incomeyear", "helperspell")
_WITH_HOUSEHOLD = (
    *_OF_HOUSEHOLD,
    "membershiphistory",
    *(f"{name}history" for name in _OF_HOUSEHOLD),
)
_SHOWN = {
    "person": "SELECT FROM registry_membership o WHERE o.person_id = registry_person.id",
    "personhistory": "SELECT FROM registry_person o WHERE o.id = pgh_obj_id",
    **dict.fromkeys(_WITH_HOUSEHOLD, "SELECT FROM registry_household o WHERE o.id = household_id"),
}


def _wall() -> str:
    return "\n".join(
        f"""
ALTER TABLE registry_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY owners ON registry_{table} TO fangpin_web USING (
    EXISTS ({shown})
) WITH CHECK (true);"""
        for table, shown in _SHOWN.items()
    )


def _no_wall() -> str:
    return "\n".join(
        f"DROP POLICY owners ON registry_{table};"
        f" ALTER TABLE registry_{table} DISABLE ROW LEVEL SECURITY;"
        for table in _SHOWN
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_triggers_and_row_security")]
    operations = [
        migrations.RunSQL(NAMED, NOT_NAMED),
        migrations.RunSQL(OVERLAP_SEEN, OVERLAP_UNSEEN),
        migrations.RunSQL(_wall(), _no_wall()),
    ]
