-- The shop's first form. Money is in ten-thousandths of the shop's currency, times are Unix milliseconds (UTC).

-- People. A customer may have one identity on each platform.
CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE identity (
    platform TEXT NOT NULL,
    user_id TEXT NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    name TEXT NOT NULL,
    username TEXT,
    language TEXT,
    -- The chat that only this person reads, and whether messages get there.
    private_chat TEXT NOT NULL,
    reachable BOOLEAN NOT NULL DEFAULT TRUE,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (platform, user_id)
);
CREATE INDEX identity_customer ON identity (customer_id);
CREATE INDEX identity_username ON identity (platform, username);

-- The ledger: transfers are the truth, balances a projection kept in the same transaction.
CREATE TABLE account (
    name TEXT PRIMARY KEY,
    -- Accounts that issue money go below zero; nothing else ever does.
    issues BOOLEAN NOT NULL,
    balance BIGINT NOT NULL,
    CHECK (issues OR balance >= 0)
);

CREATE TABLE transfer (
    id INTEGER PRIMARY KEY,
    -- Says what this transfer is for; a second transfer for the same thing cannot exist.
    key TEXT NOT NULL UNIQUE,
    from_account TEXT NOT NULL,
    to_account TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    reason TEXT NOT NULL,
    order_id BIGINT,
    -- Who caused it, as platform:user; NULL for the shop itself.
    actor TEXT,
    at BIGINT NOT NULL,
    CHECK (from_account <> to_account)
);
CREATE INDEX transfer_from ON transfer (from_account, id);
CREATE INDEX transfer_to ON transfer (to_account, id);

CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfers are immutable'); END;
CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfers are immutable'); END;

-- Top-ups that an admin has asked for; the transfer exists once confirmed.
CREATE TABLE top_up (
    id INTEGER PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    amount BIGINT NOT NULL CHECK (amount > 0),
    asked_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'done', 'dropped')),
    created_at BIGINT NOT NULL
);

-- The shop's own numbers for what providers name in their own ways; stable, because buttons carry them.
CREATE TABLE service (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (provider, key)
);

CREATE TABLE country (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    flag TEXT NOT NULL,
    UNIQUE (provider, key)
);

-- A price locked for a short while. It makes at most one order.
CREATE TABLE quote (
    id INTEGER PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    provider TEXT NOT NULL,
    service_id BIGINT NOT NULL REFERENCES service (id),
    country_id BIGINT NOT NULL REFERENCES country (id),
    product TEXT NOT NULL,
    -- What the provider asked when the price was locked, and what the customer pays.
    cost BIGINT NOT NULL,
    price BIGINT NOT NULL CHECK (price > 0),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    quote_id BIGINT NOT NULL UNIQUE REFERENCES quote (id),
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    -- Where the code goes: the buyer's identity and private chat at the time of purchase.
    platform TEXT NOT NULL,
    user_id TEXT NOT NULL,
    chat TEXT NOT NULL,
    provider TEXT NOT NULL,
    service_id BIGINT NOT NULL REFERENCES service (id),
    country_id BIGINT NOT NULL REFERENCES country (id),
    product TEXT NOT NULL,
    price BIGINT NOT NULL CHECK (price > 0),
    max_cost BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN (
        'placing', 'in_doubt', 'needs_operator', 'refused', 'waiting', 'cancelling',
        'code_received', 'finished', 'cancelled', 'expired', 'banned'
    )),
    -- Why it was refused; when doubt began: data of those states.
    reason TEXT,
    doubt_since BIGINT,
    -- The number, once there is one.
    upstream_order TEXT,
    phone TEXT,
    accepted_at BIGINT,
    expires_at BIGINT,
    -- What the provider really charged, in its own currency and in the shop's.
    cost_amount TEXT,
    cost_currency TEXT,
    cost BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (provider, upstream_order)
);
CREATE INDEX orders_customer ON orders (customer_id, id);
CREATE INDEX orders_open ON orders (state, id)
    WHERE state IN ('placing', 'in_doubt', 'needs_operator', 'waiting', 'cancelling', 'code_received');

-- Everything that happened to an order, for people who ask later.
CREATE TABLE order_event (
    id INTEGER PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    at BIGINT NOT NULL,
    source TEXT NOT NULL,
    event TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL
);
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
CREATE INDEX sms_order ON sms (order_id, id);

-- Calls that must still be made to the provider, written with the state change that needs them.
CREATE TABLE job (
    order_id BIGINT NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL CHECK (kind IN ('place', 'settle', 'cancel', 'finish')),
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, kind)
);
CREATE INDEX job_due ON job (due_at);

-- The message in which an order is shown and edited.
CREATE TABLE card (
    order_id BIGINT PRIMARY KEY REFERENCES orders (id),
    platform TEXT NOT NULL,
    chat TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX card_message ON card (platform, chat, message);

-- Messages that must still reach a chat, written with the change they tell of. They carry ids; text is made when sent.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    chat TEXT NOT NULL,
    notice TEXT NOT NULL,
    -- Two waiting messages about the same thing are one; `version` tells a sender that it grew meanwhile.
    topic TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 0,
    -- 0 a code, 1 a receipt, 2 the rest.
    rank BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    sent_at BIGINT,
    message TEXT
);
CREATE UNIQUE INDEX outbox_topic ON outbox (platform, chat, topic) WHERE state = 'waiting';
CREATE INDEX outbox_due ON outbox (platform, due_at) WHERE state = 'waiting';

-- Updates that are acknowledged to a platform and not yet handled.
CREATE TABLE kept_update (
    platform TEXT NOT NULL,
    id BIGINT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (platform, id)
);

-- What the operators have been told and is not over yet.
CREATE TABLE alert (
    key TEXT PRIMARY KEY,
    raised_at BIGINT NOT NULL
);
