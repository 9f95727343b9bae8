-- The station's store as it was first made. The laws of print-once stand here as indexes, checks and triggers, so that
-- no program error above can break them: a second open intent, a second good card, a fed card over the cap, a blank
-- out of nothing, an edit of a settled intent or of the ledger all fail the transaction.

CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- A claim's key is durable before the hub is asked, so that a lost answer is asked for again under the same key.
CREATE TABLE claim (
    claim_key TEXT PRIMARY KEY,
    count_max INTEGER NOT NULL CHECK (count_max > 0),
    state     TEXT NOT NULL CHECK (state IN ('ASKING', 'ANSWERED')),
    asked_at  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_claim_under_way ON claim (state) WHERE state = 'ASKING';

-- A right held by this station. A row is never deleted: its fence is the last one seen.
-- CACHED -> INTENT -> PRINTED -> SHREDDED; INTENT -> IN_DOUBT -> PRINTED or CACHED; CACHED -> TOMB -> RELEASED
CREATE TABLE held_right (
    record_id   TEXT NOT NULL,
    issue_no    INTEGER NOT NULL CHECK (issue_no > 0),
    fence       INTEGER NOT NULL CHECK (fence > 0),
    state       TEXT NOT NULL CHECK (state IN
                    ('CACHED', 'INTENT', 'IN_DOUBT', 'PRINTED', 'SHREDDED', 'TOMB', 'RELEASED')),
    approved    INTEGER NOT NULL CHECK (approved IN (0, 1)),
    blank_uid   TEXT,
    payload     BLOB,
    payload_key BLOB,
    pull_ms     INTEGER CHECK (pull_ms >= 0),
    granted_no  INTEGER NOT NULL,
    PRIMARY KEY (record_id, issue_no),
    CHECK ((payload IS NULL) = (payload_key IS NULL)),
    CHECK (payload IS NULL OR state NOT IN ('SHREDDED', 'TOMB', 'RELEASED')),
    CHECK (payload IS NOT NULL OR state NOT IN ('CACHED', 'INTENT', 'IN_DOUBT'))
) STRICT;
CREATE INDEX queue_order ON held_right (state, approved, granted_no);

CREATE TRIGGER fence_grows BEFORE UPDATE OF fence ON held_right WHEN NEW.fence < OLD.fence
BEGIN SELECT RAISE(ABORT, 'a fence never goes back'); END;

CREATE TABLE allowance (
    allowance_id   TEXT PRIMARY KEY,
    printer_serial TEXT NOT NULL,
    day            TEXT NOT NULL,
    zone           TEXT NOT NULL,
    cap            INTEGER NOT NULL CHECK (cap >= 0),
    document       TEXT NOT NULL,
    UNIQUE (printer_serial, day)
) STRICT;

-- One physical attempt on one blank. A test card has no right.
CREATE TABLE intent (
    intent         INTEGER PRIMARY KEY AUTOINCREMENT,
    printer_serial TEXT NOT NULL,
    record_id      TEXT,
    issue_no       INTEGER,
    fence          INTEGER,
    attempt        INTEGER NOT NULL CHECK (attempt > 0),
    series         TEXT NOT NULL,
    blank_uid      TEXT,
    counter_before INTEGER,
    counter_kind   TEXT NOT NULL,
    image_sha256   TEXT NOT NULL,
    allowance_id   TEXT NOT NULL REFERENCES allowance (allowance_id),
    day            TEXT NOT NULL,
    zone           TEXT NOT NULL,
    boot_id        TEXT NOT NULL,
    begun_at       TEXT NOT NULL,
    in_doubt       INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1)),
    doubt          TEXT,
    outcome        TEXT CHECK (outcome IN ('PRINTED', 'SPOILED', 'NOT_PRINTED')),
    counter_after  INTEGER,
    print_ms       INTEGER,
    decided_by     TEXT,
    settled_at     TEXT,
    FOREIGN KEY (record_id, issue_no) REFERENCES held_right (record_id, issue_no),
    CHECK ((record_id IS NULL) = (issue_no IS NULL) AND (record_id IS NULL) = (fence IS NULL)),
    CHECK ((outcome IS NULL) = (settled_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX one_open ON intent (printer_serial) WHERE outcome IS NULL;
CREATE UNIQUE INDEX one_good ON intent (record_id, issue_no) WHERE outcome = 'PRINTED';
CREATE INDEX allowance_use ON intent (allowance_id, outcome);
CREATE INDEX attempts ON intent (record_id, issue_no);

CREATE TRIGGER cap_holds BEFORE INSERT ON intent
WHEN (SELECT count(*) FROM intent WHERE allowance_id = NEW.allowance_id AND outcome IS NOT 'NOT_PRINTED')
     >= (SELECT cap FROM allowance WHERE allowance_id = NEW.allowance_id)
BEGIN SELECT RAISE(ABORT, 'the allowance is used up'); END;

CREATE TRIGGER settled_stays BEFORE UPDATE ON intent WHEN OLD.outcome IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a settled intent never changes'); END;
CREATE TRIGGER intent_stays BEFORE DELETE ON intent
BEGIN SELECT RAISE(ABORT, 'an intent is never deleted'); END;

-- The station's page of the blank ledger: OUTSIDE -> LOADED -> IN_PRINT -> PRINTED | SPOILED | TEST | LOADED
CREATE TABLE blank_move (
    move   INTEGER PRIMARY KEY AUTOINCREMENT,
    series TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('OUTSIDE', 'LOADED', 'IN_PRINT')),
    target TEXT NOT NULL CHECK (target IN ('OUTSIDE', 'LOADED', 'IN_PRINT', 'PRINTED', 'SPOILED', 'TEST')),
    count  INTEGER NOT NULL CHECK (count > 0),
    intent INTEGER REFERENCES intent (intent),
    who    TEXT NOT NULL,
    at     TEXT NOT NULL,
    CHECK (source <> target)
) STRICT;
CREATE INDEX blanks_in ON blank_move (target, series, count);
CREATE INDEX blanks_out ON blank_move (source, series, count);

CREATE TRIGGER no_blank_from_nothing BEFORE INSERT ON blank_move
WHEN NEW.source <> 'OUTSIDE' AND
    (SELECT coalesce(sum(count), 0) FROM blank_move WHERE target = NEW.source AND series = NEW.series)
    - (SELECT coalesce(sum(count), 0) FROM blank_move WHERE source = NEW.source AND series = NEW.series) < NEW.count
BEGIN SELECT RAISE(ABORT, 'fewer blanks there than moved'); END;
CREATE TRIGGER move_stays_as_it_is BEFORE UPDATE ON blank_move
BEGIN SELECT RAISE(ABORT, 'the ledger is never edited'); END;
CREATE TRIGGER move_stays BEFORE DELETE ON blank_move
BEGIN SELECT RAISE(ABORT, 'the ledger is never edited'); END;

-- What the hub has to be told, in order, each pointing back to the one before.
CREATE TABLE outbox (
    seq             INTEGER PRIMARY KEY CHECK (seq > 0),
    document        TEXT NOT NULL,
    sha256          TEXT NOT NULL,
    record_id       TEXT,
    issue_no        INTEGER,
    acknowledged    INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1))
) STRICT;
CREATE INDEX untold ON outbox (seq) WHERE acknowledged = 0;

CREATE TABLE printer (
    serial        TEXT PRIMARY KEY,
    model         TEXT NOT NULL,
    firmware      TEXT NOT NULL,
    counter       INTEGER,
    locked_reason TEXT
) STRICT;

CREATE TABLE test_request (
    request INTEGER PRIMARY KEY AUTOINCREMENT,
    who     TEXT NOT NULL,
    at      TEXT NOT NULL,
    intent  INTEGER REFERENCES intent (intent)
) STRICT;

-- What each role is doing now, for status; written when it changes.
CREATE TABLE role (
    role    TEXT PRIMARY KEY CHECK (role IN ('press', 'courier')),
    state   TEXT NOT NULL,
    reasons TEXT NOT NULL,
    since   TEXT NOT NULL
) STRICT;

CREATE TABLE event (
    event INTEGER PRIMARY KEY AUTOINCREMENT,
    at    TEXT NOT NULL,
    name  TEXT NOT NULL,
    about TEXT NOT NULL
) STRICT;
