"""What the database itself refuses about the audit and the log of exports.

Audit entries are chained at commit; neither entries nor links are changed, deleted or emptied. The
hash of a link covers the hash before and the whole entry (foundation/audit_chain.py reads the same
form). The lock is taken by the deferred trigger, so it is held during the commit alone.
"""

from django.db import migrations

AUDIT = """
CREATE FUNCTION foundation_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed or deleted';
END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON foundation_auditentry
    FOR EACH ROW EXECUTE FUNCTION foundation_audit_stays();

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
NO_AUDIT = """
DROP TRIGGER audit_stays ON foundation_auditlink;
DROP TRIGGER audit_kept ON foundation_auditlink;
DROP TRIGGER audit_kept ON foundation_auditentry;
DROP TRIGGER audit_chain ON foundation_auditentry;
DROP FUNCTION foundation_audit_kept();
DROP FUNCTION foundation_audit_chain();
DROP FUNCTION foundation_audit_link(foundation_auditentry);
DROP TRIGGER audit_stays ON foundation_auditentry;
DROP FUNCTION foundation_audit_stays();
"""
EXPORTS = """
CREATE FUNCTION foundation_export_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.asked_at > now() - interval '3 years' THEN
            RAISE EXCEPTION 'the log of an export is kept for three years';
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.by_id, OLD.asked_at, OLD.what, OLD."right", OLD.areas, OLD.filter, OLD.columns,
        OLD.form, OLD.purpose, OLD.note)
       IS DISTINCT FROM
       (NEW.by_id, NEW.asked_at, NEW.what, NEW."right", NEW.areas, NEW.filter, NEW.columns,
        NEW.form, NEW.purpose, NEW.note)
       OR (OLD.sha256 <> '' AND (OLD.sha256, OLD.rows, OLD.size)
           IS DISTINCT FROM (NEW.sha256, NEW.rows, NEW.size)) THEN
        RAISE EXCEPTION 'what was asked for and what was taken is not changed afterwards';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER export_stays BEFORE UPDATE OR DELETE ON foundation_exportlog
    FOR EACH ROW EXECUTE FUNCTION foundation_export_stays();
CREATE TRIGGER export_kept BEFORE TRUNCATE ON foundation_exportlog
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_audit_kept();
"""
NO_EXPORTS = """
DROP TRIGGER export_kept ON foundation_exportlog;
DROP TRIGGER export_stays ON foundation_exportlog;
DROP FUNCTION foundation_export_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]
    operations = [
        migrations.RunSQL(AUDIT, NO_AUDIT),
        migrations.RunSQL(EXPORTS, NO_EXPORTS),
    ]
