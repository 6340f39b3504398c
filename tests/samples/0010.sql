-- After 0009.sql
-- The newest SMS was found by a poll and has reached its chat.

UPDATE sms SET looked_at = seen_at - 3000, told_at = seen_at + 400 WHERE id = (SELECT MAX(id) FROM sms);
