-- Groups with a shared purse. Its money is in the account `pool:<id>`.
CREATE TABLE pool (
    id INTEGER PRIMARY KEY,
    -- The group by its platform's own id, which changes when a group is remade there.
    platform TEXT NOT NULL,
    group_id TEXT NOT NULL,
    title TEXT NOT NULL,
    -- Where the group reads what it is told.
    chat TEXT NOT NULL,
    -- Who may spend: everyone in the group, those listed in pool_member, those with a role, or its administrators.
    spenders TEXT NOT NULL DEFAULT 'administrators' CHECK (spenders IN ('everyone', 'listed', 'role', 'administrators')),
    role TEXT,
    -- The most that one order may cost, and that one member, and all of them, may spend within 24 hours.
    most_per_order BIGINT CHECK (most_per_order > 0),
    most_per_member BIGINT CHECK (most_per_member > 0),
    most_per_day BIGINT CHECK (most_per_day > 0),
    -- What costs more waits for an administrator.
    approve_above BIGINT CHECK (approve_above >= 0),
    -- Whether the group sees numbers and codes.
    show_in_group BOOLEAN NOT NULL DEFAULT FALSE,
    -- Since when the shop is not in the group.
    frozen_at BIGINT,
    -- The pool that this one became part of: a group that had one under its old id, too.
    merged_into BIGINT REFERENCES pool (id),
    created_at BIGINT NOT NULL,
    CHECK (spenders <> 'role' OR role IS NOT NULL)
);
CREATE UNIQUE INDEX pool_group ON pool (platform, group_id) WHERE merged_into IS NULL;

-- People who were seen at a pool, and which of them are on its list.
CREATE TABLE pool_member (
    pool_id BIGINT NOT NULL REFERENCES pool (id),
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    is_listed BOOLEAN NOT NULL DEFAULT FALSE,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, customer_id)
);

-- The services that may be bought; all of them where there are none.
CREATE TABLE pool_service (
    pool_id BIGINT NOT NULL REFERENCES pool (id),
    service_id BIGINT NOT NULL REFERENCES service (id),
    PRIMARY KEY (pool_id, service_id)
);

-- What a member wants to give; the transfer `gift:<id>` exists once confirmed.
CREATE TABLE pool_gift (
    id INTEGER PRIMARY KEY,
    pool_id BIGINT NOT NULL REFERENCES pool (id),
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    amount BIGINT NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('asked', 'done', 'dropped')),
    created_at BIGINT NOT NULL
);
CREATE INDEX pool_gift_pool ON pool_gift (pool_id);

-- Purchases that wait for an administrator of the group. Nothing is held meanwhile.
CREATE TABLE pool_request (
    id INTEGER PRIMARY KEY,
    pool_id BIGINT NOT NULL REFERENCES pool (id),
    quote_id BIGINT NOT NULL UNIQUE REFERENCES quote (id),
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    -- The buyer's identity and private chat.
    platform TEXT NOT NULL,
    user_id TEXT NOT NULL,
    chat TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'declined', 'lapsed')),
    decided_by TEXT,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pool_request_open ON pool_request (expires_at) WHERE state = 'asked';

-- What was left of a pool went back to those who gave it: transfers `return:<id>:<account>`.
CREATE TABLE pool_return (
    id INTEGER PRIMARY KEY,
    pool_id BIGINT NOT NULL REFERENCES pool (id),
    amount BIGINT NOT NULL CHECK (amount > 0),
    -- The last transfer before it: what was given later counts for the next.
    after_transfer BIGINT NOT NULL,
    returned_by TEXT NOT NULL,
    returned_at BIGINT NOT NULL
);

-- The pool of the group in which a price was asked, which may pay; the one that paid; the one that is topped up instead of
-- a customer, who is then whoever asked for it.
ALTER TABLE quote ADD COLUMN pool_id BIGINT REFERENCES pool (id);
ALTER TABLE orders ADD COLUMN pool_id BIGINT REFERENCES pool (id);
ALTER TABLE top_up ADD COLUMN pool_id BIGINT REFERENCES pool (id);
CREATE INDEX orders_pool ON orders (pool_id, created_at) WHERE pool_id IS NOT NULL;
