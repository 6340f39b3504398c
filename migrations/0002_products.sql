-- Rentals, eSIMs and several numbers in one purchase.
--
-- `orders` is made anew, because SQLite cannot change a UNIQUE or a CHECK. What refers to it must go first and come back.

-- What is bought: 'activation', 'rental' (with its days), 'esim', or 'renewal' (of which order, and when that ended
-- before). The price is for each; `quantity` orders are made.
ALTER TABLE quote ADD COLUMN kind TEXT NOT NULL DEFAULT 'activation';
ALTER TABLE quote ADD COLUMN days BIGINT;
ALTER TABLE quote ADD COLUMN renews BIGINT;
ALTER TABLE quote ADD COLUMN renews_after BIGINT;
ALTER TABLE quote ADD COLUMN area_code TEXT;
ALTER TABLE quote ADD COLUMN quantity BIGINT NOT NULL DEFAULT 1 CHECK (quantity > 0);

CREATE TABLE kept_event AS SELECT * FROM order_event;
CREATE TABLE kept_sms AS SELECT * FROM sms;
CREATE TABLE kept_job AS SELECT * FROM job;
CREATE TABLE kept_card AS SELECT * FROM card;
DROP TABLE order_event;
DROP TABLE sms;
DROP TABLE job;
DROP TABLE card;

CREATE TABLE orders_anew (
    id INTEGER PRIMARY KEY,
    quote_id BIGINT NOT NULL REFERENCES quote (id),
    -- Which of the quote's orders this is, from 0.
    position BIGINT NOT NULL DEFAULT 0,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    -- Where the code goes: the buyer's identity and private chat at the time of purchase.
    platform TEXT NOT NULL,
    user_id TEXT NOT NULL,
    chat TEXT NOT NULL,
    provider TEXT NOT NULL,
    service_id BIGINT NOT NULL REFERENCES service (id),
    country_id BIGINT NOT NULL REFERENCES country (id),
    -- As in `quote`.
    kind TEXT NOT NULL,
    days BIGINT,
    renews BIGINT,
    renews_after BIGINT,
    area_code TEXT,
    product TEXT NOT NULL,
    price BIGINT NOT NULL CHECK (price > 0),
    -- What the provider asked when the price was locked, and the most that it may ask.
    quoted_cost BIGINT NOT NULL,
    max_cost BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    -- A word of the state machine's; the shop reads no other.
    state TEXT NOT NULL,
    -- Why it was refused; when doubt began: data of those states.
    reason TEXT,
    doubt_since BIGINT,
    -- The number, once there is one.
    upstream_order TEXT,
    phone TEXT,
    accepted_at BIGINT,
    -- When the number, the rental or the renewed rental ends.
    expires_at BIGINT,
    -- What installs an eSIM.
    activation_code TEXT,
    -- What the provider really charged, in its own currency and in the shop's.
    cost_amount TEXT,
    cost_currency TEXT,
    cost BIGINT,
    -- The end of a rental that its customer was reminded of.
    reminded_of BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (quote_id, position),
    UNIQUE (idempotency_key, position),
    UNIQUE (provider, upstream_order)
);
INSERT INTO orders_anew (id, quote_id, customer_id, platform, user_id, chat, provider, service_id, country_id, kind,
                         product, price, quoted_cost, max_cost, idempotency_key, state, reason, doubt_since,
                         upstream_order, phone, accepted_at, expires_at, cost_amount, cost_currency, cost, created_at,
                         updated_at)
SELECT id, quote_id, customer_id, platform, user_id, chat, provider, service_id, country_id, 'activation', product,
       price, COALESCE((SELECT quote.cost FROM quote WHERE quote.id = quote_id), max_cost), max_cost, idempotency_key,
       state, reason, doubt_since, upstream_order, phone, accepted_at, expires_at, cost_amount, cost_currency, cost,
       created_at, updated_at
FROM orders;
DROP TABLE orders;
ALTER TABLE orders_anew RENAME TO orders;
CREATE INDEX orders_customer ON orders (customer_id, id);
CREATE INDEX orders_open ON orders (state, id)
    WHERE state IN ('placing', 'in_doubt', 'needs_operator', 'waiting', 'cancelling', 'code_received', 'active');
CREATE INDEX orders_renews ON orders (renews) WHERE renews IS NOT NULL;

CREATE TABLE order_event (
    id INTEGER PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    at BIGINT NOT NULL,
    source TEXT NOT NULL,
    event TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL
);
INSERT INTO order_event SELECT * FROM kept_event;
CREATE INDEX order_event_order ON order_event (order_id, id);

CREATE TABLE sms (
    id INTEGER PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    code TEXT,
    text TEXT,
    -- When the provider says it came, and when the shop saw it.
    received_at BIGINT,
    seen_at BIGINT NOT NULL,
    CHECK (code IS NOT NULL OR text IS NOT NULL)
);
INSERT INTO sms SELECT * FROM kept_sms;
CREATE INDEX sms_order ON sms (order_id, id);

CREATE TABLE job (
    order_id BIGINT NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL CHECK (kind IN ('place', 'settle', 'cancel', 'finish')),
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, kind)
);
INSERT INTO job SELECT * FROM kept_job;
CREATE INDEX job_due ON job (due_at);

CREATE TABLE card (
    order_id BIGINT PRIMARY KEY REFERENCES orders (id),
    platform TEXT NOT NULL,
    chat TEXT NOT NULL,
    message TEXT NOT NULL
);
INSERT INTO card SELECT * FROM kept_card;
CREATE INDEX card_message ON card (platform, chat, message);

DROP TABLE kept_event;
DROP TABLE kept_sms;
DROP TABLE kept_job;
DROP TABLE kept_card;
