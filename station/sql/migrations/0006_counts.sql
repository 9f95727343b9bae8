-- Blanks can go back to the supplier, and a printer's own count is held against each day's cards.
CREATE TABLE new_blank_move (
    move   INTEGER PRIMARY KEY AUTOINCREMENT,
    series TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('OUTSIDE', 'LOADED', 'IN_PRINT', 'FOUND')),
    target TEXT NOT NULL
           CHECK (target IN ('OUTSIDE', 'LOADED', 'IN_PRINT', 'PRINTED', 'SPOILED', 'TEST', 'MISSING', 'RETURNED')),
    count  INTEGER NOT NULL CHECK (count > 0),
    intent INTEGER REFERENCES intent (intent),
    who    TEXT NOT NULL,
    at     TEXT NOT NULL,
    CHECK (source <> target),
    CHECK (target NOT IN ('MISSING', 'RETURNED') OR source = 'LOADED'),
    CHECK (source <> 'FOUND' OR target = 'LOADED')
) STRICT;
INSERT INTO new_blank_move SELECT move, series, source, target, count, intent, who, at FROM blank_move;
DROP TABLE blank_move;
ALTER TABLE new_blank_move RENAME TO blank_move;
CREATE INDEX blanks_in ON blank_move (target, series, count);
CREATE INDEX blanks_out ON blank_move (source, series, count);
-- A card uses one blank once, and its blank ends in one place: reserved, then posted or given back.
CREATE UNIQUE INDEX one_blank_reserved ON blank_move (intent) WHERE target = 'IN_PRINT';
CREATE UNIQUE INDEX one_blank_posted ON blank_move (intent) WHERE source = 'IN_PRINT';

CREATE TRIGGER no_blank_from_nothing BEFORE INSERT ON blank_move
WHEN NEW.source NOT IN ('OUTSIDE', 'FOUND') AND
    (SELECT coalesce(sum(count), 0) FROM blank_move WHERE target = NEW.source AND series = NEW.series)
    - (SELECT coalesce(sum(count), 0) FROM blank_move WHERE source = NEW.source AND series = NEW.series) < NEW.count
BEGIN SELECT RAISE(ABORT, 'fewer blanks there than moved'); END;
CREATE TRIGGER move_stays_as_it_is BEFORE UPDATE ON blank_move
BEGIN SELECT RAISE(ABORT, 'the ledger is never edited'); END;
CREATE TRIGGER move_stays BEFORE DELETE ON blank_move
BEGIN SELECT RAISE(ABORT, 'the ledger is never edited'); END;

-- Cards up to this one were counted by people when they unlocked the printer.
ALTER TABLE printer ADD COLUMN counted_intent INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cards_of_day ON intent (day, printer_serial);
CREATE TRIGGER locked_printer_rests BEFORE INSERT ON intent
WHEN (SELECT locked_reason FROM printer WHERE serial = NEW.printer_serial) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the printer is locked'); END;

CREATE INDEX event_names ON event (name, seq);
