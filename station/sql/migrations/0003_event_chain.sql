-- The event log becomes a chain: each row carries the hash of the one before and its own, so that a removed, changed
-- or reordered row shows. What was noted before is kept beside it as it was, outside the chain.
ALTER TABLE event RENAME TO event_before_chain;

CREATE TABLE event (
    seq             INTEGER PRIMARY KEY CHECK (seq > 0),
    at              TEXT NOT NULL,
    name            TEXT NOT NULL,
    about           TEXT NOT NULL,
    previous_sha256 TEXT NOT NULL UNIQUE CHECK (length(previous_sha256) = 64),
    sha256          TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64)
) STRICT;

CREATE TRIGGER event_stays_as_it_is BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;
CREATE TRIGGER event_has_no_gap BEFORE INSERT ON event
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'an event follows the last one'); END;
