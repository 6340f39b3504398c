-- After 0010.sql
-- Alice gave to her group's pool and got it back; what she wanted to buy from it nobody approved.

INSERT INTO pool (id, platform, group_id, title, chat, spenders, role, most_per_order, approve_above, created_at) VALUES
    (1, 'telegram', '-5', 'Roommates', '-5', 'listed', NULL, 50000, 10000, 1789990000000),
    (2, 'discord', '2000', 'Friends', 'channel.3000', 'role', '77', NULL, NULL, 1789990000000);
INSERT INTO pool_member (pool_id, customer_id, is_listed, seen_at) VALUES
    (1, 1, TRUE, 1789990000000), (1, 2, FALSE, 1789990000000);
INSERT INTO pool_service (pool_id, service_id) VALUES (1, 1);
INSERT INTO pool_gift (id, pool_id, customer_id, amount, state, created_at) VALUES
    (1, 1, 1, 30000, 'done', 1789990000000), (2, 1, 2, 50000, 'dropped', 1789990000000);
INSERT INTO pool_request (id, pool_id, quote_id, customer_id, platform, user_id, chat, state, asked_at, expires_at)
SELECT 1, 1, MIN(id), 1, 'telegram', '1', '1', 'lapsed', 1789990000000, 1789990600000 FROM quote;
INSERT INTO pool_return (id, pool_id, amount, after_transfer, returned_by, returned_at)
SELECT 1, 1, 30000, MAX(id) + 1, 'telegram:1000', 1789991000000 FROM transfer;
INSERT INTO transfer (key, from_account, to_account, amount, reason, actor, at) VALUES
    ('gift:1', 'wallet:1', 'pool:1', 30000, 'gift', NULL, 1789990000000),
    ('return:1:wallet:1', 'pool:1', 'wallet:1', 30000, 'return', 'telegram:1000', 1789991000000);
INSERT INTO account (name, issues, balance) VALUES ('pool:1', FALSE, 0);
