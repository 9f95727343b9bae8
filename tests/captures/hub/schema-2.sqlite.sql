CREATE TABLE hub (
  id INTEGER NOT NULL CHECK (id = 1),
  hub_epoch INTEGER NOT NULL CHECK (hub_epoch >= 1),
  zone TEXT NOT NULL,
  cap INTEGER NOT NULL CHECK (cap BETWEEN 0 AND 1000),
  series TEXT NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;
CREATE TABLE sites (
  id TEXT NOT NULL,
  hold_reason TEXT,
  PRIMARY KEY (id)
)
 STRICT;
CREATE TABLE records (
  sha256 TEXT NOT NULL,
  payload BLOB NOT NULL,
  warnings TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  PRIMARY KEY (sha256)
)
 STRICT;
CREATE TABLE decisions (
  id INTEGER NOT NULL,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  about TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  PRIMARY KEY (id),
  CHECK (asked_by <> approved_by)
)
 STRICT;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TABLE blank_moves (
  id INTEGER NOT NULL,
  at TEXT NOT NULL,
  series TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count > 0),
  document TEXT NOT NULL,
  reason TEXT NOT NULL,
  intent TEXT,
  PRIMARY KEY (id),
  CHECK (source <> target)
)
 STRICT;
CREATE TRIGGER blank_moves_no_update BEFORE UPDATE ON blank_moves BEGIN SELECT RAISE(ABORT, 'blank_moves is append-only'); END;
CREATE TRIGGER blank_moves_no_delete BEFORE DELETE ON blank_moves BEGIN SELECT RAISE(ABORT, 'blank_moves is append-only'); END;
CREATE TABLE quarantine (
  id INTEGER NOT NULL,
  at TEXT NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  code TEXT NOT NULL,
  sentence_en TEXT NOT NULL,
  sentence_id TEXT NOT NULL,
  raw BLOB NOT NULL,
  raw_sha256 TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (file, line, code, raw_sha256)
)
 STRICT;
CREATE TABLE stations (
  id TEXT NOT NULL,
  site TEXT NOT NULL,
  zone TEXT NOT NULL,
  issue_types TEXT NOT NULL,
  key_sha256 TEXT,
  applied_seq INTEGER DEFAULT '0' NOT NULL,
  applied_sha256 TEXT NOT NULL,
  locked_reason TEXT,
  boot_id TEXT,
  start_no INTEGER DEFAULT '0' NOT NULL,
  start_key TEXT,
  reconciled_epoch INTEGER NOT NULL,
  lost_at TEXT,
  log_seq INTEGER DEFAULT '0' NOT NULL,
  log_sha256 TEXT,
  last_seq INTEGER,
  holds_count INTEGER,
  synced_at TEXT,
  added_at TEXT NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(site) REFERENCES sites (id),
  UNIQUE (key_sha256)
)
 STRICT;
CREATE INDEX stations_awaited ON stations (lost_at, reconciled_epoch);
CREATE TABLE blank_entries (
  series TEXT NOT NULL,
  account TEXT NOT NULL,
  entry_no INTEGER NOT NULL,
  move INTEGER NOT NULL,
  delta INTEGER NOT NULL CHECK (delta <> 0),
  balance INTEGER NOT NULL,
  PRIMARY KEY (series, account, entry_no),
  CHECK (balance >= 0 OR account IN ('SUPPLIER', 'FOUND')),
  FOREIGN KEY(move) REFERENCES blank_moves (id)
)
 STRICT;
CREATE TRIGGER blank_entries_no_update BEFORE UPDATE ON blank_entries BEGIN SELECT RAISE(ABORT, 'blank_entries is append-only'); END;
CREATE TRIGGER blank_entries_no_delete BEFORE DELETE ON blank_entries BEGIN SELECT RAISE(ABORT, 'blank_entries is append-only'); END;
CREATE TABLE certificates (
  sha256 TEXT NOT NULL,
  station TEXT NOT NULL,
  key_sha256 TEXT NOT NULL,
  pem TEXT NOT NULL,
  not_after TEXT NOT NULL,
  issued_at TEXT NOT NULL,
  revoked_at TEXT,
  revoked_for TEXT,
  revoked_by TEXT,
  revoked_second TEXT,
  PRIMARY KEY (sha256),
  CHECK ((revoked_at IS NULL) = (revoked_for IS NULL)),
  CHECK (revoked_by <> revoked_second),
  FOREIGN KEY(station) REFERENCES stations (id)
)
 STRICT;
CREATE INDEX certificates_station ON certificates (station);
CREATE TRIGGER certificates_stay_revoked BEFORE UPDATE ON certificates WHEN OLD.revoked_at IS NOT NULL OR NEW.sha256 <> OLD.sha256 OR NEW.station <> OLD.station BEGIN SELECT RAISE(ABORT, 'a revoked certificate stays revoked'); END;
CREATE TABLE rights (
  id INTEGER NOT NULL,
  record_id TEXT NOT NULL,
  issue_no INTEGER NOT NULL CHECK (issue_no >= 1),
  record_sha256 TEXT NOT NULL,
  data_version INTEGER NOT NULL,
  site TEXT NOT NULL,
  issue_type TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  queued_on TEXT NOT NULL,
  state TEXT DEFAULT 'READY' NOT NULL,
  holder TEXT,
  fence INTEGER DEFAULT '0' NOT NULL,
  revoke_wanted INTEGER DEFAULT '0' NOT NULL CHECK (revoke_wanted IN (0, 1)),
  revoke_reason TEXT,
  in_doubt INTEGER DEFAULT '0' NOT NULL CHECK (in_doubt IN (0, 1)),
  printed_after_revoke INTEGER DEFAULT '0' NOT NULL CHECK (printed_after_revoke IN (0, 1)),
  PRIMARY KEY (id),
  UNIQUE (record_id, issue_no),
  CHECK (state IN ('READY', 'HELD', 'DONE', 'REVOKED', 'LOST')),
  CHECK (fence >= 0),
  CHECK (state <> 'HELD' OR holder IS NOT NULL),
  CHECK (state <> 'READY' OR holder IS NULL),
  CHECK (state = 'HELD' OR (revoke_wanted = 0 AND in_doubt = 0)),
  CHECK (state = 'DONE' OR printed_after_revoke = 0),
  FOREIGN KEY(record_sha256) REFERENCES records (sha256),
  FOREIGN KEY(holder) REFERENCES stations (id)
)
 STRICT;
CREATE INDEX rights_held ON rights (holder, state);
CREATE INDEX rights_queue ON rights (state, site, class_rank, queued_on, id);
CREATE TABLE rights_heard (
  record_id TEXT NOT NULL,
  issue_no INTEGER NOT NULL,
  station TEXT NOT NULL,
  fence INTEGER NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (record_id, issue_no),
  CHECK (state IN ('READY', 'HELD', 'DONE')),
  FOREIGN KEY(station) REFERENCES stations (id)
)
 STRICT;
CREATE TABLE claims (
  claim_key TEXT NOT NULL,
  station TEXT NOT NULL,
  count_max INTEGER NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (claim_key),
  FOREIGN KEY(station) REFERENCES stations (id)
)
 STRICT;
CREATE TRIGGER claims_no_update BEFORE UPDATE ON claims BEGIN SELECT RAISE(ABORT, 'claims is append-only'); END;
CREATE TRIGGER claims_no_delete BEFORE DELETE ON claims BEGIN SELECT RAISE(ABORT, 'claims is append-only'); END;
CREATE TABLE outbox_entries (
  station TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  sha256 TEXT NOT NULL,
  entry BLOB NOT NULL,
  applied_at TEXT NOT NULL,
  PRIMARY KEY (station, seq),
  FOREIGN KEY(station) REFERENCES stations (id)
)
 STRICT;
CREATE TRIGGER outbox_entries_no_update BEFORE UPDATE ON outbox_entries BEGIN SELECT RAISE(ABORT, 'outbox_entries is append-only'); END;
CREATE TRIGGER outbox_entries_no_delete BEFORE DELETE ON outbox_entries BEGIN SELECT RAISE(ABORT, 'outbox_entries is append-only'); END;
CREATE TABLE allowances (
  printer_serial TEXT NOT NULL,
  day TEXT NOT NULL,
  allowance_id TEXT NOT NULL,
  station TEXT NOT NULL,
  zone TEXT NOT NULL,
  cap INTEGER NOT NULL CHECK (cap BETWEEN 0 AND 1000),
  signature TEXT NOT NULL,
  issued_at TEXT NOT NULL,
  PRIMARY KEY (printer_serial, day),
  UNIQUE (allowance_id),
  FOREIGN KEY(station) REFERENCES stations (id)
)
 STRICT;
CREATE TRIGGER allowances_no_update BEFORE UPDATE ON allowances BEGIN SELECT RAISE(ABORT, 'allowances is append-only'); END;
CREATE TRIGGER allowances_no_delete BEFORE DELETE ON allowances BEGIN SELECT RAISE(ABORT, 'allowances is append-only'); END;
CREATE TABLE enrolment_codes (
  station TEXT NOT NULL,
  secret_sha256 TEXT NOT NULL,
  hub_url TEXT NOT NULL,
  printer_uri TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  tries_left INTEGER NOT NULL CHECK (tries_left >= 0),
  used_for TEXT,
  PRIMARY KEY (station),
  FOREIGN KEY(station) REFERENCES stations (id),
  FOREIGN KEY(used_for) REFERENCES certificates (sha256)
)
 STRICT;
CREATE TABLE grants (
  claim_key TEXT NOT NULL,
  place INTEGER NOT NULL,
  right_id INTEGER NOT NULL,
  station TEXT NOT NULL,
  hub_epoch INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  record_sha256 TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (claim_key, place),
  UNIQUE (right_id, fence),
  FOREIGN KEY(claim_key) REFERENCES claims (claim_key),
  FOREIGN KEY(right_id) REFERENCES rights (id),
  FOREIGN KEY(station) REFERENCES stations (id),
  FOREIGN KEY(record_sha256) REFERENCES records (sha256)
)
 STRICT;
CREATE TRIGGER grants_no_update BEFORE UPDATE ON grants BEGIN SELECT RAISE(ABORT, 'grants is append-only'); END;
CREATE TRIGGER grants_no_delete BEFORE DELETE ON grants BEGIN SELECT RAISE(ABORT, 'grants is append-only'); END;
CREATE TABLE right_events (
  id INTEGER NOT NULL,
  right_id INTEGER NOT NULL,
  at TEXT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  fence INTEGER NOT NULL,
  station TEXT,
  PRIMARY KEY (id),
  FOREIGN KEY(right_id) REFERENCES rights (id)
)
 STRICT;
CREATE INDEX right_events_right ON right_events (right_id);
CREATE TRIGGER right_events_no_update BEFORE UPDATE ON right_events BEGIN SELECT RAISE(ABORT, 'right_events is append-only'); END;
CREATE TRIGGER right_events_no_delete BEFORE DELETE ON right_events BEGIN SELECT RAISE(ABORT, 'right_events is append-only'); END;
CREATE TABLE reports (
  station TEXT NOT NULL,
  intent INTEGER NOT NULL,
  settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
  seq INTEGER NOT NULL,
  right_id INTEGER,
  fence INTEGER,
  outcome TEXT NOT NULL,
  spoil_reason TEXT,
  series TEXT NOT NULL,
  blank_uid TEXT,
  printer_serial TEXT NOT NULL,
  allowance_id TEXT NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (station, intent, settled),
  CHECK ((outcome = 'IN_DOUBT') <> (settled = 1)),
  FOREIGN KEY(station, seq) REFERENCES outbox_entries (station, seq),
  FOREIGN KEY(station) REFERENCES stations (id),
  FOREIGN KEY(right_id) REFERENCES rights (id)
)
 STRICT;
CREATE INDEX reports_right ON reports (right_id);
CREATE TRIGGER reports_no_update BEFORE UPDATE ON reports BEGIN SELECT RAISE(ABORT, 'reports is append-only'); END;
CREATE TRIGGER reports_no_delete BEFORE DELETE ON reports BEGIN SELECT RAISE(ABORT, 'reports is append-only'); END;
CREATE TABLE closes (
  station TEXT NOT NULL,
  seq INTEGER NOT NULL,
  day TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  log TEXT NOT NULL,
  PRIMARY KEY (station, seq),
  FOREIGN KEY(station, seq) REFERENCES outbox_entries (station, seq),
  FOREIGN KEY(station) REFERENCES stations (id)
)
 STRICT;
CREATE INDEX closes_day ON closes (day, station);
CREATE TRIGGER closes_no_update BEFORE UPDATE ON closes BEGIN SELECT RAISE(ABORT, 'closes is append-only'); END;
CREATE TRIGGER closes_no_delete BEFORE DELETE ON closes BEGIN SELECT RAISE(ABORT, 'closes is append-only'); END;
CREATE TABLE alarms (
  id INTEGER NOT NULL,
  at TEXT NOT NULL,
  code TEXT NOT NULL,
  station TEXT,
  seq INTEGER,
  right_id INTEGER,
  sentence TEXT NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(station) REFERENCES stations (id),
  FOREIGN KEY(right_id) REFERENCES rights (id)
)
 STRICT;
CREATE TRIGGER alarms_no_update BEFORE UPDATE ON alarms BEGIN SELECT RAISE(ABORT, 'alarms is append-only'); END;
CREATE TRIGGER alarms_no_delete BEFORE DELETE ON alarms BEGIN SELECT RAISE(ABORT, 'alarms is append-only'); END;
CREATE TABLE close_differences (
  station TEXT NOT NULL,
  seq INTEGER NOT NULL,
  number INTEGER NOT NULL,
  about TEXT NOT NULL,
  station_says TEXT NOT NULL,
  office_says TEXT NOT NULL,
  PRIMARY KEY (station, seq, number),
  FOREIGN KEY(station, seq) REFERENCES closes (station, seq)
)
 STRICT;
CREATE TRIGGER close_differences_no_update BEFORE UPDATE ON close_differences BEGIN SELECT RAISE(ABORT, 'close_differences is append-only'); END;
CREATE TRIGGER close_differences_no_delete BEFORE DELETE ON close_differences BEGIN SELECT RAISE(ABORT, 'close_differences is append-only'); END;
