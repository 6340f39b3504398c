-- After 0008.sql
-- Alice says that she paid twice: once nobody has looked yet, and once nobody found it.

INSERT INTO deposit (id, customer_id, amount, note, state, top_up_id, decided_by, decided_at, created_at) VALUES
    (1, 1, 200000, 'from Alice', 'open', NULL, NULL, NULL, 1789990000000),
    (2, 1, 50000, NULL, 'declined', NULL, 'telegram:1000', 1789990000000, 1789990000000);
