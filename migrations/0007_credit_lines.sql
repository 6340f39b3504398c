-- A customer may owe the shop up to their credit line. `account` is made anew, because SQLite cannot change a CHECK.
CREATE TABLE account_anew (
    name TEXT PRIMARY KEY,
    -- Accounts that issue money have no lower end.
    issues BOOLEAN NOT NULL,
    balance BIGINT NOT NULL,
    -- The lowest that the balance may be: zero, or below it by a wallet's credit line.
    floor BIGINT NOT NULL DEFAULT 0,
    CHECK (issues OR balance >= floor),
    CHECK (floor = 0 OR (floor < 0 AND name LIKE 'wallet:%'))
);
INSERT INTO account_anew (name, issues, balance) SELECT name, issues, balance FROM account;
DROP TABLE account;
ALTER TABLE account_anew RENAME TO account;
