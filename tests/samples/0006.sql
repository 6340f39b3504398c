-- After 0005.sql
-- Alice helps in the shop, and Olivia asked for money back with a note and thought better of it.

INSERT INTO staff (customer_id, role, granted_by, granted_at) VALUES (1, 'support', 'telegram:1000', 1789990000000);

INSERT INTO audit_log (at, actor, actor_customer, role, deed, subject, before, after) VALUES
    (1789990000000, 'telegram:1000', 2, 'owner', 'grant', 1, '-', 'support');

INSERT INTO top_up (id, customer_id, amount, asked_by, state, created_at, kind, note, issuer, confirmed_at, decided_by,
                    decided_at)
VALUES (4, 1, 10000, 'telegram:1000', 'dropped', 1789990000000, 'debit', 'a slip', 2, NULL, 'telegram:1000', 1789990000000);
