-- What the provider's balance was right before a purchase was sent, where nothing else shows whether it was made: a lost
-- answer is settled by the difference.
CREATE TABLE balance_mark (
    order_id BIGINT PRIMARY KEY REFERENCES orders (id),
    -- In the provider's own currency, as it wrote it.
    amount TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    -- The newest row of `order_event` by then: what the shop bought and gave back since comes after it.
    after_event BIGINT NOT NULL
);

-- Orders that cost something else than the list said.
CREATE INDEX orders_drift ON orders (id) WHERE cost <> quoted_cost;
