-- What providers push, kept until it has done all it can, and some days longer so that a copy is known for one.

CREATE TABLE inbox (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    -- The same for every copy of one event.
    dedup TEXT NOT NULL,
    -- The provider's order that it is about.
    upstream_order TEXT NOT NULL,
    -- As it came.
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    -- 'waiting': for the worker; 'unknown': for an order of the shop's to turn out to be the one; 'done'.
    state TEXT NOT NULL CHECK (state IN ('waiting', 'unknown', 'done')),
    -- When it is looked at again; of an unknown order, when it is given up.
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    UNIQUE (provider, dedup)
);
CREATE INDEX inbox_due ON inbox (provider, due_at) WHERE state <> 'done';
