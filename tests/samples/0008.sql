-- After 0007.sql
-- Olivia made two vouchers that nobody has redeemed, and one that she redeemed herself.

INSERT INTO voucher_batch (id, amount, codes, uses, made_by, issuer, made_at, expires_at) VALUES
    (1, 20000, 2, 1, 'telegram:1000', 2, 1789990000000, 1892590000000),
    (2, 10000, 1, 5, 'telegram:1000', 2, 1789990000000, 1892590000000);
INSERT INTO voucher (id, batch_id, hash, uses_left) VALUES (1, 1, 'a1', 1), (2, 1, 'a2', 1), (3, 2, 'b1', 4);
INSERT INTO redemption (id, voucher_id, customer_id, at) VALUES (1, 3, 2, 1789990000000);
INSERT INTO transfer (key, from_account, to_account, amount, reason, at)
VALUES ('voucher:1', 'gifts', 'wallet:2', 10000, 'voucher', 1789990000000);
INSERT INTO account (name, issues, balance) VALUES ('gifts', TRUE, -10000), ('wallet:2', FALSE, 10000);
