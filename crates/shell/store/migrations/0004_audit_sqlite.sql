-- Records are never changed, and only go when the chain begins behind them.
CREATE TRIGGER IF NOT EXISTS audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'records of the audit log are never changed');
END;
CREATE TRIGGER IF NOT EXISTS audit_goes_from_the_front BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_chain WHERE tenant = OLD.tenant AND start_seq >= OLD.seq)
BEGIN
    SELECT RAISE(ABORT, 'records of the audit log go by their age only');
END;
