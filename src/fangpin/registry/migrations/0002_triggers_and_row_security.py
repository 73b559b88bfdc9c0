"""Spells that do not overlap, books of names, and the second wall (people/row_security.py).

- Memberships of a person and spells of a household never overlap, however rows are written. An
  exclusion constraint would need btree_gist and makes a bulk load sixty times slower; one check per
  statement over the rows it wrote does the same. It goes by index, also right after a bulk load,
  when the planner still believes the table to be empty and would compare every row with every other.
- Triggers note where a book of names (models/name_book.py) is behind. They run as the owner of the
  tables: who writes within one village must also note the villages where a person lived before. A
  value closed anew by other keys is no change (`pgtrigger.ignore`), an erased one is.
- A membership is shown with its household. What that costs: decision 0017.
"""

from django.db import migrations

_NO_OVERLAP = """
CREATE FUNCTION {table}_no_overlap() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
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
_OVERLAP = """
DROP TRIGGER no_overlap_insert ON {table};
DROP TRIGGER no_overlap_update ON {table};
DROP FUNCTION {table}_no_overlap();
"""
_NOT_OVERLAPPING = (
    ("registry_membership", "o.person_id = w.person_id", "memberships_of_a_person_do_not_overlap"),
    (
        "registry_categoryspell",
        "o.household_id = w.household_id AND o.kind = w.kind",
        "spells_of_a_household_do_not_overlap",
    ),
)
NAMES = """
CREATE FUNCTION registry_households_named() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
    INSERT INTO registry_namechange (household_id) SELECT DISTINCT household_id FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER names_entered AFTER INSERT ON registry_membership
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION registry_households_named();
CREATE TRIGGER names_removed AFTER DELETE ON registry_membership
    REFERENCING OLD TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION registry_households_named();

CREATE FUNCTION registry_member_moved() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
    INSERT INTO registry_namechange (household_id) VALUES (OLD.household_id), (NEW.household_id);
    RETURN NULL;
END $$;
CREATE TRIGGER names_moved AFTER UPDATE ON registry_membership FOR EACH ROW
    WHEN (OLD.household_id <> NEW.household_id OR OLD.person_id <> NEW.person_id)
    EXECUTE FUNCTION registry_member_moved();

CREATE FUNCTION registry_person_named() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
    INSERT INTO registry_namechange (household_id)
    SELECT DISTINCT household_id FROM registry_membership WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER name_changed AFTER UPDATE OF name ON registry_person FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name AND (
        NEW.name IS NULL OR coalesce(current_setting('pgtrigger.ignore', true), '') = ''))
    EXECUTE FUNCTION registry_person_named();

CREATE FUNCTION registry_household_moved() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
    INSERT INTO registry_namechange (left_village) SELECT OLD.village_code
    WHERE OLD.village_code <> '';
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO registry_namechange (household_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER names_left AFTER UPDATE OF village_code ON registry_household FOR EACH ROW
    WHEN (OLD.village_code <> NEW.village_code)
    EXECUTE FUNCTION registry_household_moved();
CREATE TRIGGER names_gone AFTER DELETE ON registry_household FOR EACH ROW
    EXECUTE FUNCTION registry_household_moved();
"""
NO_NAMES = """
DROP TRIGGER names_entered ON registry_membership;
DROP TRIGGER names_removed ON registry_membership;
DROP TRIGGER names_moved ON registry_membership;
DROP TRIGGER name_changed ON registry_person;
DROP TRIGGER names_left ON registry_household;
DROP TRIGGER names_gone ON registry_household;
DROP FUNCTION registry_households_named, registry_member_moved, registry_person_named,
    registry_household_moved;
"""
_PLACES = ("registry_household", "registry_householdhistory", "registry_namebook")
_MEMBERSHIPS = """
ALTER TABLE registry_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY households ON registry_membership TO fangpin_web USING (
    EXISTS (SELECT 1 FROM registry_household h WHERE h.id = household_id)
) WITH CHECK (true);
"""
_NO_MEMBERSHIPS = """
DROP POLICY households ON registry_membership;
ALTER TABLE registry_membership DISABLE ROW LEVEL SECURITY;
"""


def _wall() -> str:
    # The range is exact for one place, and the planner knows its figures because it stands in the
    # expression itself; prefixes are compared, in a subquery that is read once, only for several.
    return _MEMBERSHIPS + "\n".join(
        f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON {table} TO fangpin_web USING (
    village_code >= current_setting('fangpin.lo', true)
    AND village_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE village_code ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);"""
        for table in _PLACES
    )


def _no_wall() -> str:
    return _NO_MEMBERSHIPS + "\n".join(
        f"DROP POLICY places ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in _PLACES
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("people", "0002_triggers_and_row_security")]
    operations = [
        *(
            migrations.RunSQL(
                _NO_OVERLAP.format(table=table, same=same, name=name), _OVERLAP.format(table=table)
            )
            for table, same, name in _NOT_OVERLAPPING
        ),
        migrations.RunSQL(NAMES, NO_NAMES),
        migrations.RunSQL(_wall(), _no_wall()),
    ]
