-- One person on two platforms: two identities become one customer with one wallet.

-- The customer whose wallet and orders this one shares. Never more than one step: who is merged has nobody merged into
-- them. Orders, quotes and transfers keep the customer that they were made by, so that an undone link finds its own again.
ALTER TABLE customer ADD COLUMN merged_into BIGINT REFERENCES customer (id);
CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;

-- Links that were made, undone ones included.
CREATE TABLE link (
    id INTEGER PRIMARY KEY,
    -- Whose wallet it is now, and whose it was before.
    kept BIGINT NOT NULL REFERENCES customer (id),
    joined BIGINT NOT NULL REFERENCES customer (id),
    -- The one identity that came along.
    platform TEXT NOT NULL,
    user_id TEXT NOT NULL,
    -- What was in the wallet that was joined, and what an undoing gave back of it.
    brought BIGINT NOT NULL CHECK (brought >= 0),
    returned BIGINT CHECK (returned >= 0),
    linked_at BIGINT NOT NULL,
    undone_at BIGINT,
    -- The admin, as platform:user.
    undone_by TEXT,
    CHECK (kept <> joined),
    CHECK ((undone_at IS NULL) = (returned IS NULL))
);
CREATE INDEX link_kept ON link (kept);
CREATE UNIQUE INDEX link_joined ON link (joined) WHERE undone_at IS NULL;

-- The newest code of a person. Only its hash is known here.
CREATE TABLE link_code (
    platform TEXT NOT NULL,
    user_id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL,
    -- What it was used for.
    link_id BIGINT REFERENCES link (id),
    PRIMARY KEY (platform, user_id)
);

-- Wrong codes of a person since the first of them.
CREATE TABLE link_try (
    platform TEXT NOT NULL,
    user_id TEXT NOT NULL,
    tries BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (platform, user_id)
);
