-- After 0008.sql
-- Alice may owe ten.

UPDATE account SET floor = -100000 WHERE name = 'wallet:1';
