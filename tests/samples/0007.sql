-- After 0006.sql
-- Alice may owe ten.

UPDATE account SET floor = -100000 WHERE name = 'wallet:1';
