-- People who run the shop beside its owners, the log of what they did, and top-ups that may also take money.

CREATE TABLE staff (
    customer_id BIGINT PRIMARY KEY REFERENCES customer (id),
    role TEXT NOT NULL CHECK (role IN ('support', 'admin')),
    -- Who granted it, as platform:user.
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL
);

-- What owners and staff did: written in the commit of the deed itself, never changed.
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY,
    at BIGINT NOT NULL,
    -- Who, as platform:user, which customer that was, and in which role.
    actor TEXT NOT NULL,
    actor_customer BIGINT NOT NULL,
    role TEXT NOT NULL,
    deed TEXT NOT NULL,
    -- On whom, or about which order.
    subject BIGINT,
    order_id BIGINT,
    -- How it was and how it became: a balance, a role, an order's state.
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    note TEXT
);
CREATE INDEX audit_log_subject ON audit_log (subject, id);
CREATE INDEX audit_log_actor ON audit_log (actor_customer, id);

CREATE TRIGGER audit_log_is_never_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_is_never_deleted BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- A 'debit' takes money back.
ALTER TABLE top_up ADD COLUMN kind TEXT NOT NULL DEFAULT 'topup' CHECK (kind IN ('topup', 'debit'));
ALTER TABLE top_up ADD COLUMN note TEXT;
-- The customer that asked for it: an admin's day is counted by it. NULL before this version.
ALTER TABLE top_up ADD COLUMN issuer BIGINT;
-- When whoever asked has confirmed what a second admin must agree to, and who decided in the end.
ALTER TABLE top_up ADD COLUMN confirmed_at BIGINT;
ALTER TABLE top_up ADD COLUMN decided_by TEXT;
ALTER TABLE top_up ADD COLUMN decided_at BIGINT;
CREATE INDEX top_up_issuer ON top_up (issuer, decided_at) WHERE issuer IS NOT NULL;
