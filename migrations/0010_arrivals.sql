-- When the order of an SMS was last looked at without it (unknown where it was pushed, and of older SMS), and when its
-- chat got it: with `received_at` and `seen_at` this tells how late codes are, and teaches when they come.
ALTER TABLE sms ADD COLUMN looked_at BIGINT;
ALTER TABLE sms ADD COLUMN told_at BIGINT;
