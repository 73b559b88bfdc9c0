"""Records of signing in are kept for six months at least (Cybersecurity Law), whoever asks."""

from django.db import migrations

FORWARD = """
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
BACKWARD = """
DROP TRIGGER attempt_stays ON people_signinattempt;
DROP FUNCTION people_attempt_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0006_reading")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
