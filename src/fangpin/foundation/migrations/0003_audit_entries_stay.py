"""The database itself refuses to change or delete audit entries."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION foundation_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed or deleted';
END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON foundation_auditentry
    FOR EACH ROW EXECUTE FUNCTION foundation_audit_stays();
"""
BACKWARD = """
DROP TRIGGER audit_stays ON foundation_auditentry;
DROP FUNCTION foundation_audit_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
