-- Vouchers: codes that put money on the balance of whoever redeems them. A code itself is nowhere, only its hash.

-- What was made at once: so many codes, each worth `amount` to each of at most `uses` people.
CREATE TABLE voucher_batch (
    id INTEGER PRIMARY KEY,
    amount BIGINT NOT NULL CHECK (amount > 0),
    codes BIGINT NOT NULL CHECK (codes > 0),
    uses BIGINT NOT NULL CHECK (uses > 0),
    -- Who made it, as platform:user and as a customer: an admin's day is counted by it.
    made_by TEXT NOT NULL,
    issuer BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX voucher_batch_issuer ON voucher_batch (issuer, made_at);

CREATE TABLE voucher (
    id INTEGER PRIMARY KEY,
    batch_id BIGINT NOT NULL REFERENCES voucher_batch (id),
    -- SHA-256 of the code, in hex.
    hash TEXT NOT NULL UNIQUE,
    uses_left BIGINT NOT NULL CHECK (uses_left >= 0)
);
CREATE INDEX voucher_of_batch ON voucher (batch_id);

-- One person redeems one code once.
CREATE TABLE redemption (
    id INTEGER PRIMARY KEY,
    voucher_id BIGINT NOT NULL REFERENCES voucher (id),
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    at BIGINT NOT NULL,
    UNIQUE (voucher_id, customer_id)
);
