-- A small shop as version 4 leaves it: every table has rows, every state an order, and the books agree.
-- Alice (customer 1) was given 100.00 by Olivia (customer 2, the owner) and bought sixteen things at 1.36 each: eleven
-- numbers, three rentals, of which she gave one back and renewed another, and an eSIM.

INSERT INTO customer (id, created_at) VALUES (1, 1789990000000), (2, 1789990000000);

INSERT INTO identity (platform, user_id, customer_id, name, username, language, private_chat, reachable, seen_at) VALUES
    ('telegram', '1', 1, 'Alice', 'alice', 'en', '1', TRUE, 1789990000000),
    ('telegram', '1000', 2, 'Olivia', 'olivia', NULL, '1000', TRUE, 1789990000000);

INSERT INTO service (id, provider, key, name) VALUES (1, 'smscode-v2', '3', 'WhatsApp');
INSERT INTO country (id, provider, key, name, flag) VALUES (1, 'smscode-v2', '6', 'Indonesia', '🇮🇩');

INSERT INTO top_up (id, customer_id, amount, asked_by, state, created_at) VALUES
    (1, 1, 1000000, 'telegram:1000', 'done', 1789990000000),
    (2, 1, 50000, 'telegram:1000', 'asked', 1789990000000),
    (3, 1, 70000, 'telegram:1000', 'dropped', 1789990000000);

-- One quote for each order, and one that nobody took.
WITH RECURSIVE number (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM number WHERE id < 17)
INSERT INTO quote (id, customer_id, provider, service_id, country_id, product, cost, price, created_at, expires_at)
SELECT id, 1, 'smscode-v2', 1, 1, '199', 11300, 13600, 1789999900000, 1789999960000 FROM number;

UPDATE quote SET kind = 'rental', days = 3 WHERE id IN (12, 13, 14);
UPDATE quote SET kind = 'esim' WHERE id = 15;
UPDATE quote SET kind = 'renewal', days = 3, renews = 12, renews_after = 1790259200000 WHERE id = 16;
UPDATE quote SET area_code = '212', quantity = 2 WHERE id = 17;

WITH given (id, state, reason, doubt_since) AS (VALUES
    (1, 'placing', NULL, NULL),
    (2, 'in_doubt', NULL, 1789999910000),
    (3, 'needs_operator', NULL, NULL),
    (4, 'refused', 'no_numbers', NULL),
    (5, 'waiting', NULL, NULL),
    (6, 'cancelling', NULL, NULL),
    (7, 'code_received', NULL, NULL),
    (8, 'finished', NULL, NULL),
    (9, 'cancelled', NULL, NULL),
    (10, 'expired', NULL, NULL),
    (11, 'banned', NULL, NULL),
    (12, 'active', NULL, NULL),
    (13, 'ended', NULL, NULL),
    (14, 'cancelled', NULL, NULL),
    (15, 'fulfilled', NULL, NULL),
    (16, 'fulfilled', NULL, NULL))
INSERT INTO orders (id, quote_id, customer_id, platform, user_id, chat, provider, service_id, country_id, kind, days,
                    renews, renews_after, product, price, quoted_cost, max_cost, idempotency_key, state, reason,
                    doubt_since, created_at, updated_at)
SELECT given.id, given.id, 1, 'telegram', '1', '1', 'smscode-v2', 1, 1, kind, days, renews, renews_after, '199', 13600,
       11300, 13600, 'numdesk-' || given.id, state, reason, doubt_since, 1789999900000, 1789999910000
FROM given JOIN quote ON quote.id = given.id;

UPDATE orders SET upstream_order = CAST(900 + id AS TEXT), phone = '+62812000000' || (10 + id),
                  accepted_at = 1789999900000, expires_at = 1790001100000,
                  cost_amount = '1.1267', cost_currency = 'USD', cost = 11267
WHERE state NOT IN ('placing', 'in_doubt', 'needs_operator', 'refused', 'fulfilled');
-- The first rental ends after its second term.
UPDATE orders SET expires_at = 1790518400000 WHERE id IN (12, 16);
UPDATE orders SET upstream_order = '915', activation_code = 'LPA:1$sample.example$ABC', cost_amount = '1.1267',
                  cost_currency = 'USD', cost = 11267
WHERE id = 15;

INSERT INTO transfer (key, from_account, to_account, amount, reason, order_id, actor, at)
VALUES ('topup:1', 'topups', 'wallet:1', 1000000, 'topup', NULL, 'telegram:1000', 1789990000000);
INSERT INTO transfer (key, from_account, to_account, amount, reason, order_id, at)
SELECT 'order:' || id || ':hold', 'wallet:1', 'escrow', price, 'hold', id, created_at FROM orders;
INSERT INTO transfer (key, from_account, to_account, amount, reason, order_id, at)
SELECT 'order:' || id || ':close', 'escrow', 'sales', price, 'capture', id, updated_at
FROM orders WHERE state IN ('code_received', 'finished', 'active', 'ended', 'fulfilled') OR id = 14;
INSERT INTO transfer (key, from_account, to_account, amount, reason, order_id, at)
SELECT 'order:' || id || ':close', 'escrow', 'wallet:1', price, 'release', id, updated_at
FROM orders WHERE state IN ('refused', 'cancelled', 'expired', 'banned') AND id <> 14;
INSERT INTO transfer (key, from_account, to_account, amount, reason, order_id, at)
VALUES ('order:14:refund', 'sales', 'wallet:1', 13600, 'refund', 14, 1789999910000);

INSERT INTO account (name, issues, balance) VALUES
    ('topups', TRUE, -1000000),
    ('wallet:1', FALSE, 850400),
    ('escrow', FALSE, 68000),
    ('sales', FALSE, 81600);

INSERT INTO order_event (order_id, at, source, event, from_state, to_state)
SELECT id, created_at, 'customer', 'bought', 'quote', 'placing' FROM orders;

INSERT INTO sms (id, order_id, code, text, received_at, seen_at) VALUES
    (1, 7, '007007', 'Your code is 007007', 1789999905000, 1789999910000),
    (2, 8, '008008', NULL, NULL, 1789999910000),
    (3, 8, NULL, 'Welcome!', NULL, 1789999910000),
    (4, 12, '012012', 'Your code is 012012', NULL, 1789999910000);

INSERT INTO job (order_id, kind, due_at, attempts) VALUES
    (1, 'place', 1789999900000, 0),
    (2, 'settle', 1789999920000, 2),
    (6, 'cancel', 1789999920000, 1),
    (8, 'finish', 1789999920000, 0);

INSERT INTO card (order_id, platform, chat, message) VALUES (5, 'telegram', '1', '5'), (7, 'telegram', '1', '7');

INSERT INTO outbox (platform, chat, notice, topic, version, rank, state, created_at, due_at, attempts, sent_at, message) VALUES
    ('telegram', '1', '{"sms":{"order":7,"sms":1}}', 'sms:1', 0, 0, 'waiting', 1789999910000, 1789999910000, 0, NULL, NULL),
    ('telegram', '1', '{"card":{"order":5}}', 'card:5', 1, 1, 'waiting', 1789999910000, 1789999910000, 1, NULL, NULL),
    ('telegram', '1', '{"credited":{"top_up":1}}', 'credited:1', 0, 1, 'sent', 1789990000000, 1789990000000, 0,
     1789990001000, '3'),
    ('telegram', '1000', '{"alert":{"garbage":"orders/active data"}}', 'alert:Garbage("orders/active data")', 0, 2,
     'dead', 1789990000000, 1789990000000, 40, NULL, NULL),
    ('telegram', '1000', '{"alert":"provider_down"}', 'alert:ProviderDown', 0, 2, 'waiting', 1789999910000,
     1789999910000, 0, NULL, NULL);

INSERT INTO kept_update (platform, id, payload) VALUES
    ('telegram', 600000001, '{"update_id":600000001,"message":{"message_id":9,"date":1789999900,"chat":{"id":1,"type":"private","first_name":"Alice"},"from":{"id":1,"is_bot":false,"first_name":"Alice","username":"alice","language_code":"en"},"text":"/balance"}}');

INSERT INTO alert (key, raised_at) VALUES ('ProviderDown', 1789999910000);

-- The code of the seventh order came by push; another push is about an order that nobody knows.
INSERT INTO inbox (id, provider, dedup, upstream_order, body, received_at, state, due_at, attempts) VALUES
    (1, 'smscode-v2', 'event-1', '907', '{"event":"order.otp_received","timestamp":"2026-09-21T13:45:10+00:00","data":{"order_id":907,"otp_code":"007007","otp_message":null}}',
     1789999910000, 'done', 1789999910000, 0),
    (2, 'smscode-v2', 'event-2', '4000', '{"event":"order.otp_received","timestamp":"2026-09-21T13:45:10+00:00","data":{"order_id":4000,"otp_code":"123456","otp_message":null}}',
     1789999910000, 'unknown', 1790000510000, 0);

-- The second order's answer was lost; before it was sent, the provider's balance was this.
INSERT INTO balance_mark (order_id, amount, read_at, after_event) VALUES (2, '42.5000', 1789999905000, 2);
