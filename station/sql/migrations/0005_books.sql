-- Blanks can be missing or found after a hand count, and each day is closed.
CREATE TABLE new_blank_move (
    move   INTEGER PRIMARY KEY AUTOINCREMENT,
    series TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('OUTSIDE', 'LOADED', 'IN_PRINT', 'FOUND')),
    target TEXT NOT NULL CHECK (target IN ('OUTSIDE', 'LOADED', 'IN_PRINT', 'PRINTED', 'SPOILED', 'TEST', 'MISSING')),
    count  INTEGER NOT NULL CHECK (count > 0),
    intent INTEGER REFERENCES intent (intent),
    who    TEXT NOT NULL,
    at     TEXT NOT NULL,
    CHECK (source <> target)
) STRICT;
INSERT INTO new_blank_move SELECT move, series, source, target, count, intent, who, at FROM blank_move;
DROP TABLE blank_move;
ALTER TABLE new_blank_move RENAME TO blank_move;
CREATE INDEX blanks_in ON blank_move (target, series, count);
CREATE INDEX blanks_out ON blank_move (source, series, count);

CREATE TRIGGER no_blank_from_nothing BEFORE INSERT ON blank_move
WHEN NEW.source NOT IN ('OUTSIDE', 'FOUND') AND
    (SELECT coalesce(sum(count), 0) FROM blank_move WHERE target = NEW.source AND series = NEW.series)
    - (SELECT coalesce(sum(count), 0) FROM blank_move WHERE source = NEW.source AND series = NEW.series) < NEW.count
BEGIN SELECT RAISE(ABORT, 'fewer blanks there than moved'); END;
CREATE TRIGGER move_stays_as_it_is BEFORE UPDATE ON blank_move
BEGIN SELECT RAISE(ABORT, 'the ledger is never edited'); END;
CREATE TRIGGER move_stays BEFORE DELETE ON blank_move
BEGIN SELECT RAISE(ABORT, 'the ledger is never edited'); END;

CREATE TABLE day_close (
    close       INTEGER PRIMARY KEY AUTOINCREMENT,
    day         TEXT NOT NULL,
    who         TEXT NOT NULL,
    at          TEXT NOT NULL,
    intent_last INTEGER NOT NULL
) STRICT;
CREATE INDEX closed_days ON day_close (day, intent_last);
