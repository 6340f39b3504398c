-- After 0004.sql
-- Carol (customer 3) is Alice on another platform: joined with nothing, parted, given 5.00 and joined once more. Dave
-- (customer 4) has a code of his own, and waits after five wrong ones.
INSERT INTO customer (id, created_at, merged_into) VALUES (3, 1789990000000, 1), (4, 1789990000000, NULL);
INSERT INTO identity (platform, user_id, customer_id, name, username, language, private_chat, reachable, seen_at) VALUES
    ('discord', '3', 1, 'Carol', 'carol', 'en-US', '3', TRUE, 1789980000000),
    ('discord', '4', 4, 'Dave', 'dave', 'en-US', '4', TRUE, 1789980000000);
INSERT INTO link (id, kept, joined, platform, user_id, brought, returned, linked_at, undone_at, undone_by) VALUES
    (1, 1, 3, 'discord', '3', 0, 0, 1789990000000, 1789990001000, 'telegram:1000'),
    (2, 1, 3, 'discord', '3', 50000, NULL, 1789990002000, NULL, NULL);
INSERT INTO top_up (id, customer_id, amount, asked_by, state, created_at) VALUES
    (5, 3, 50000, 'telegram:1000', 'done', 1789990001500);
INSERT INTO transfer (key, from_account, to_account, amount, reason, order_id, actor, at) VALUES
    ('topup:5', 'topups', 'wallet:3', 50000, 'topup', NULL, 'telegram:1000', 1789990001500),
    ('link:2', 'wallet:3', 'wallet:1', 50000, 'link', NULL, 'discord:3', 1789990002000);
INSERT INTO account (name, issues, balance) VALUES ('wallet:3', FALSE, 0);
UPDATE account SET balance = balance - 50000 WHERE name = 'topups';
UPDATE account SET balance = balance + 50000 WHERE name = 'wallet:1';
INSERT INTO link_code (platform, user_id, hash, expires_at, link_id) VALUES
    ('telegram', '1', '6a4a3d', 1789990600000, 2), ('discord', '4', '7b5b4e', 1790000600000, NULL);
INSERT INTO link_try (platform, user_id, tries, since) VALUES ('discord', '4', 5, 1789999900000);
