"""Books of names (models/name_book.py), the triggers that say where one is behind, and the second
wall around them. To begin with every household is behind; the worker makes the books.

The trigger functions run as the owner of the tables: who writes within one village must also note
the villages where a person lived before. A value closed anew by other keys is no change
(`pgtrigger.ignore`), an erased one is."""

import django.contrib.postgres.fields
from django.db import migrations, models

import fangpin.foundation.fields

TRIGGERS = """
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

INSERT INTO registry_namechange (household_id) SELECT id FROM registry_household;

ALTER TABLE registry_namebook ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON registry_namebook TO fangpin_web USING (
    village_code >= current_setting('fangpin.lo', true)
    AND village_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE village_code ^@ ANY (
            (SELECT string_to_array(current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);
"""
BACKWARD = """
DROP TRIGGER names_entered ON registry_membership;
DROP TRIGGER names_removed ON registry_membership;
DROP TRIGGER names_moved ON registry_membership;
DROP TRIGGER name_changed ON registry_person;
DROP TRIGGER names_left ON registry_household;
DROP TRIGGER names_gone ON registry_household;
DROP FUNCTION registry_households_named, registry_member_moved, registry_person_named,
    registry_household_moved;
DROP POLICY places ON registry_namebook;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_memberships_behind_the_wall")]
    operations = [
        migrations.CreateModel(
            name="NameBook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, auto_created=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village_code", models.CharField(db_collation="C", max_length=12, unique=True)),
                ("names", fangpin.foundation.fields.SealedField(editable=False)),
                ("sounds", fangpin.foundation.fields.SealedField(editable=False)),
                (
                    "listed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NameChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, auto_created=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("household_id", models.BigIntegerField(blank=True, db_index=True, null=True)),
                (
                    "left_village",
                    models.CharField(blank=True, db_collation="C", db_default="", max_length=12),
                ),
            ],
        ),
        migrations.RunSQL(TRIGGERS, BACKWARD),
    ]
