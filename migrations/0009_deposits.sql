-- Customers who say that they have paid by hand; an admin approves that with an amount, once, or declines it.
CREATE TABLE deposit (
    id INTEGER PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    -- What the customer says.
    amount BIGINT NOT NULL CHECK (amount > 0),
    note TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined')),
    -- The top-up that an approval made; it has the amount that was really added.
    top_up_id BIGINT UNIQUE REFERENCES top_up (id),
    decided_by TEXT,
    decided_at BIGINT,
    created_at BIGINT NOT NULL,
    CHECK (top_up_id IS NULL OR state <> 'open')
);
CREATE INDEX deposit_open ON deposit (customer_id) WHERE state = 'open';
