-- The hub may forget: restored from a copy it has to be told again what it had acknowledged. What an acknowledgement
-- did here (a payload destroyed, a right released) was done once and stays done.
ALTER TABLE outbox ADD COLUMN heeded INTEGER NOT NULL DEFAULT 0 CHECK (heeded IN (0, 1));
UPDATE outbox SET heeded = acknowledged;
