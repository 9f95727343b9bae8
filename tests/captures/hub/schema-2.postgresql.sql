CREATE OR REPLACE FUNCTION ktp_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TABLE hub (
  id BIGSERIAL NOT NULL CHECK (id = 1),
  hub_epoch BIGINT NOT NULL CHECK (hub_epoch >= 1),
  zone TEXT NOT NULL,
  cap BIGINT NOT NULL CHECK (cap BETWEEN 0 AND 1000),
  series TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE sites (
  id TEXT NOT NULL,
  hold_reason TEXT,
  PRIMARY KEY (id)
);
CREATE TABLE records (
  sha256 TEXT NOT NULL,
  payload BYTEA NOT NULL,
  warnings TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  PRIMARY KEY (sha256)
);
CREATE TABLE decisions (
  id BIGSERIAL NOT NULL,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  about TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  PRIMARY KEY (id),
  CHECK (asked_by <> approved_by)
);
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE blank_moves (
  id BIGSERIAL NOT NULL,
  at TEXT NOT NULL,
  series TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  count BIGINT NOT NULL CHECK (count > 0),
  document TEXT NOT NULL,
  reason TEXT NOT NULL,
  intent TEXT,
  PRIMARY KEY (id),
  CHECK (source <> target)
);
CREATE TRIGGER blank_moves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON blank_moves FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE quarantine (
  id BIGSERIAL NOT NULL,
  at TEXT NOT NULL,
  file TEXT NOT NULL,
  line BIGINT NOT NULL,
  code TEXT NOT NULL,
  sentence_en TEXT NOT NULL,
  sentence_id TEXT NOT NULL,
  raw BYTEA NOT NULL,
  raw_sha256 TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (file, line, code, raw_sha256)
);
CREATE TABLE stations (
  id TEXT NOT NULL,
  site TEXT NOT NULL,
  zone TEXT NOT NULL,
  issue_types TEXT NOT NULL,
  key_sha256 TEXT,
  applied_seq BIGINT DEFAULT '0' NOT NULL,
  applied_sha256 TEXT NOT NULL,
  locked_reason TEXT,
  boot_id TEXT,
  start_no BIGINT DEFAULT '0' NOT NULL,
  start_key TEXT,
  reconciled_epoch BIGINT NOT NULL,
  lost_at TEXT,
  log_seq BIGINT DEFAULT '0' NOT NULL,
  log_sha256 TEXT,
  last_seq BIGINT,
  holds_count BIGINT,
  synced_at TEXT,
  added_at TEXT NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(site) REFERENCES sites (id),
  UNIQUE (key_sha256)
);
CREATE INDEX stations_awaited ON stations (lost_at, reconciled_epoch);
CREATE TABLE blank_entries (
  series TEXT NOT NULL,
  account TEXT NOT NULL,
  entry_no BIGINT NOT NULL,
  move BIGINT NOT NULL,
  delta BIGINT NOT NULL CHECK (delta <> 0),
  balance BIGINT NOT NULL,
  PRIMARY KEY (series, account, entry_no),
  CHECK (balance >= 0 OR account IN ('SUPPLIER', 'FOUND')),
  FOREIGN KEY(move) REFERENCES blank_moves (id)
);
CREATE TRIGGER blank_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON blank_entries FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
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
);
CREATE INDEX certificates_station ON certificates (station);
CREATE TABLE rights (
  id BIGSERIAL NOT NULL,
  record_id TEXT NOT NULL,
  issue_no BIGINT NOT NULL CHECK (issue_no >= 1),
  record_sha256 TEXT NOT NULL,
  data_version BIGINT NOT NULL,
  site TEXT NOT NULL,
  issue_type TEXT NOT NULL,
  class_rank BIGINT NOT NULL,
  queued_on TEXT NOT NULL,
  state TEXT DEFAULT 'READY' NOT NULL,
  holder TEXT,
  fence BIGINT DEFAULT '0' NOT NULL,
  revoke_wanted BIGINT DEFAULT '0' NOT NULL CHECK (revoke_wanted IN (0, 1)),
  revoke_reason TEXT,
  in_doubt BIGINT DEFAULT '0' NOT NULL CHECK (in_doubt IN (0, 1)),
  printed_after_revoke BIGINT DEFAULT '0' NOT NULL CHECK (printed_after_revoke IN (0, 1)),
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
);
CREATE INDEX rights_held ON rights (holder, state);
CREATE INDEX rights_queue ON rights (state, site, class_rank, queued_on, id);
CREATE TABLE rights_heard (
  record_id TEXT NOT NULL,
  issue_no BIGINT NOT NULL,
  station TEXT NOT NULL,
  fence BIGINT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (record_id, issue_no),
  CHECK (state IN ('READY', 'HELD', 'DONE')),
  FOREIGN KEY(station) REFERENCES stations (id)
);
CREATE TABLE claims (
  claim_key TEXT NOT NULL,
  station TEXT NOT NULL,
  count_max BIGINT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (claim_key),
  FOREIGN KEY(station) REFERENCES stations (id)
);
CREATE TRIGGER claims_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON claims FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE outbox_entries (
  station TEXT NOT NULL,
  seq BIGINT NOT NULL CHECK (seq >= 1),
  sha256 TEXT NOT NULL,
  entry BYTEA NOT NULL,
  applied_at TEXT NOT NULL,
  PRIMARY KEY (station, seq),
  FOREIGN KEY(station) REFERENCES stations (id)
);
CREATE TRIGGER outbox_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON outbox_entries FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE allowances (
  printer_serial TEXT NOT NULL,
  day TEXT NOT NULL,
  allowance_id TEXT NOT NULL,
  station TEXT NOT NULL,
  zone TEXT NOT NULL,
  cap BIGINT NOT NULL CHECK (cap BETWEEN 0 AND 1000),
  signature TEXT NOT NULL,
  issued_at TEXT NOT NULL,
  PRIMARY KEY (printer_serial, day),
  UNIQUE (allowance_id),
  FOREIGN KEY(station) REFERENCES stations (id)
);
CREATE TRIGGER allowances_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON allowances FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE enrolment_codes (
  station TEXT NOT NULL,
  secret_sha256 TEXT NOT NULL,
  hub_url TEXT NOT NULL,
  printer_uri TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  tries_left BIGINT NOT NULL CHECK (tries_left >= 0),
  used_for TEXT,
  PRIMARY KEY (station),
  FOREIGN KEY(station) REFERENCES stations (id),
  FOREIGN KEY(used_for) REFERENCES certificates (sha256)
);
CREATE TABLE grants (
  claim_key TEXT NOT NULL,
  place BIGINT NOT NULL,
  right_id BIGINT NOT NULL,
  station TEXT NOT NULL,
  hub_epoch BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  record_sha256 TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (claim_key, place),
  UNIQUE (right_id, fence),
  FOREIGN KEY(claim_key) REFERENCES claims (claim_key),
  FOREIGN KEY(right_id) REFERENCES rights (id),
  FOREIGN KEY(station) REFERENCES stations (id),
  FOREIGN KEY(record_sha256) REFERENCES records (sha256)
);
CREATE TRIGGER grants_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grants FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE right_events (
  id BIGSERIAL NOT NULL,
  right_id BIGINT NOT NULL,
  at TEXT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  fence BIGINT NOT NULL,
  station TEXT,
  PRIMARY KEY (id),
  FOREIGN KEY(right_id) REFERENCES rights (id)
);
CREATE INDEX right_events_right ON right_events (right_id);
CREATE TRIGGER right_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON right_events FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE reports (
  station TEXT NOT NULL,
  intent BIGINT NOT NULL,
  settled BIGINT NOT NULL CHECK (settled IN (0, 1)),
  seq BIGINT NOT NULL,
  right_id BIGINT,
  fence BIGINT,
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
);
CREATE INDEX reports_right ON reports (right_id);
CREATE TRIGGER reports_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reports FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE closes (
  station TEXT NOT NULL,
  seq BIGINT NOT NULL,
  day TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  log TEXT NOT NULL,
  PRIMARY KEY (station, seq),
  FOREIGN KEY(station, seq) REFERENCES outbox_entries (station, seq),
  FOREIGN KEY(station) REFERENCES stations (id)
);
CREATE INDEX closes_day ON closes (day, station);
CREATE TRIGGER closes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON closes FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE alarms (
  id BIGSERIAL NOT NULL,
  at TEXT NOT NULL,
  code TEXT NOT NULL,
  station TEXT,
  seq BIGINT,
  right_id BIGINT,
  sentence TEXT NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(station) REFERENCES stations (id),
  FOREIGN KEY(right_id) REFERENCES rights (id)
);
CREATE TRIGGER alarms_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarms FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
CREATE TABLE close_differences (
  station TEXT NOT NULL,
  seq BIGINT NOT NULL,
  number BIGINT NOT NULL,
  about TEXT NOT NULL,
  station_says TEXT NOT NULL,
  office_says TEXT NOT NULL,
  PRIMARY KEY (station, seq, number),
  FOREIGN KEY(station, seq) REFERENCES closes (station, seq)
);
CREATE TRIGGER close_differences_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON close_differences FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only();
