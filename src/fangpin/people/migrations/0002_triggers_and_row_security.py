"""Records of signing in are kept for six months at least (Cybersecurity Law), whoever asks.

The role that the policies of the second wall (people/row_security.py) hold for, and its policy on
messages: those about a place are seen there; those about the system as a whole are kept apart by
role alone. The tables stay the property of the login that migrates; policies do not bind the owner.
Needs the right to create a role once; where a database administrator does not give it, they create
it: `CREATE ROLE fangpin_web NOLOGIN; GRANT fangpin_web TO <login>;`.
"""

from django.db import migrations

ATTEMPTS = """
CREATE FUNCTION people_attempt_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > now() - interval '6 months' THEN
        RAISE EXCEPTION 'a record of signing in is kept for six months';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER attempt_stays BEFORE DELETE ON people_signinattempt
    FOR EACH ROW EXECUTE FUNCTION people_attempt_stays();
"""
NO_ATTEMPTS = """
DROP TRIGGER attempt_stays ON people_signinattempt;
DROP FUNCTION people_attempt_stays();
"""
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
MESSAGES = """
ALTER TABLE people_message ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON people_message TO fangpin_web USING (
    area_code = ''
    OR area_code >= current_setting('fangpin.lo', true)
    AND area_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE area_code ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);"""
NO_MESSAGES = """
DROP POLICY places ON people_message;
ALTER TABLE people_message DISABLE ROW LEVEL SECURITY;"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(ATTEMPTS, NO_ATTEMPTS),
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(MESSAGES, NO_MESSAGES),
    ]
