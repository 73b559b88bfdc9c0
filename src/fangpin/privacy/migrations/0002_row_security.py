"""The second wall (people/row_security.py) around requests; what was told stays as it was told."""

from django.db import migrations

FORWARD = """
ALTER TABLE privacy_personrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY places ON privacy_personrequest TO fangpin_web USING (
    village_code >= current_setting('fangpin.lo', true)
    AND village_code < current_setting('fangpin.hi', true)
    AND CASE
        WHEN (SELECT position(',' IN current_setting('fangpin.areas', true)) = 0) THEN true
        ELSE village_code ^@ ANY ((SELECT string_to_array(
            current_setting('fangpin.areas', true), ','))::text[])
    END
) WITH CHECK (true);
CREATE FUNCTION privacy_notice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'which notice a household was shown is never changed or deleted';
END $$;
CREATE TRIGGER notice_stays BEFORE UPDATE OR DELETE ON privacy_noticeshown
    FOR EACH ROW EXECUTE FUNCTION privacy_notice_stays();
"""
BACKWARD = """
DROP TRIGGER notice_stays ON privacy_noticeshown;
DROP FUNCTION privacy_notice_stays();
DROP POLICY places ON privacy_personrequest;
ALTER TABLE privacy_personrequest DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("people", "0002_triggers_and_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
