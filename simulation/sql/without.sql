-- Laws of the station's schema, taken out of a copy to show what they are for.

-- name: latch
DROP INDEX one_open
-- name: allowance
DROP TRIGGER cap_holds
