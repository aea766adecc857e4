-- Records are never changed, and only go when the chain begins behind them.
CREATE OR REPLACE FUNCTION audit_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'records of the audit log are never changed';
END $$;
CREATE OR REPLACE FUNCTION audit_goes_from_the_front() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audit_chain WHERE tenant = OLD.tenant AND start_seq >= OLD.seq) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'records of the audit log go by their age only';
END $$;
CREATE OR REPLACE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_never_changed();
CREATE OR REPLACE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_never_changed();
CREATE OR REPLACE TRIGGER audit_goes_from_the_front BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_goes_from_the_front();
