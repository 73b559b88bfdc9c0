"""Audit entries are chained at commit; neither entries nor links are changed, deleted or emptied.

The hash of a link covers the hash before and the whole entry (foundation/audit_chain.py reads the
same form). The lock is taken by the deferred trigger, so it is held during the commit alone.
"""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION foundation_audit_link(entry foundation_auditentry) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    before bytea;
    place bigint;
BEGIN
    SELECT seq, hash INTO place, before FROM foundation_auditlink ORDER BY seq DESC LIMIT 1;
    place := coalesce(place, 0) + 1;
    before := coalesce(before, decode(repeat('00', 32), 'hex'));
    INSERT INTO foundation_auditlink (seq, entry_id, hash) VALUES (place, entry.id, sha256(
        before || convert_to(format('%s|%s|%s|%s|%s:%s|%s:%s|%s',
            place, entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint,
            coalesce(entry.actor_id::text, ''),
            octet_length(entry.action), entry.action,
            octet_length(entry.subject), entry.subject, entry.detail::text), 'UTF8')));
END $$;

CREATE FUNCTION foundation_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7061754, 1);
    PERFORM foundation_audit_link(NEW);
    RETURN NULL;
END $$;

DO $$
DECLARE
    entry foundation_auditentry;
BEGIN
    FOR entry IN SELECT * FROM foundation_auditentry ORDER BY id LOOP
        PERFORM foundation_audit_link(entry);
    END LOOP;
END $$;

CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON foundation_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION foundation_audit_chain();

CREATE FUNCTION foundation_audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('fangpin.audit_may_be_emptied', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'audit entries are never emptied';
END $$;
CREATE TRIGGER audit_kept BEFORE TRUNCATE ON foundation_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_audit_kept();
CREATE TRIGGER audit_kept BEFORE TRUNCATE ON foundation_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_audit_kept();
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON foundation_auditlink
    FOR EACH ROW EXECUTE FUNCTION foundation_audit_stays();
"""
BACKWARD = """
DROP TRIGGER audit_stays ON foundation_auditlink;
DROP TRIGGER audit_kept ON foundation_auditlink;
DROP TRIGGER audit_kept ON foundation_auditentry;
DROP TRIGGER audit_chain ON foundation_auditentry;
DROP FUNCTION foundation_audit_kept();
DROP FUNCTION foundation_audit_chain();
DROP FUNCTION foundation_audit_link(foundation_auditentry);
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_audit_entries_stay")]
    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField(unique=True)),
                ("hash", models.BinaryField()),
            ],
            options={"ordering": ["-seq"]},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
