-- Every statement of the station, by name. Times are ISO text in UTC.

-- name: fact_set
INSERT INTO fact (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value
-- name: fact_first
INSERT INTO fact (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING
-- name: fact
SELECT value FROM fact WHERE name = :name

-- name: claim_open
INSERT INTO claim (claim_key, count_max, state, asked_at) VALUES (:claim_key, :count_max, 'ASKING', :at)
-- name: claim_under_way
SELECT claim_key, count_max FROM claim WHERE state = 'ASKING'
-- name: claim_close
UPDATE claim SET state = 'ANSWERED' WHERE claim_key = :claim_key AND state = 'ASKING'

-- name: right_of
SELECT * FROM held_right WHERE record_id = :record_id AND issue_no = :issue_no
-- name: right_grant
INSERT INTO held_right (record_id, issue_no, fence, state, approved, blank_uid, payload, payload_key, pull_ms, granted_no)
VALUES (:record_id, :issue_no, :fence, 'CACHED', :approved, :blank_uid, :payload, :payload_key, :pull_ms,
        (SELECT coalesce(max(granted_no), 0) + 1 FROM held_right))
ON CONFLICT (record_id, issue_no) DO UPDATE SET
    fence = excluded.fence, state = 'CACHED', approved = excluded.approved, blank_uid = excluded.blank_uid,
    payload = excluded.payload, payload_key = excluded.payload_key, pull_ms = excluded.pull_ms,
    granted_no = excluded.granted_no
WHERE held_right.state = 'RELEASED' AND excluded.fence > held_right.fence
-- name: right_move
UPDATE held_right SET state = :target WHERE record_id = :record_id AND issue_no = :issue_no AND state = :source
-- name: right_disapprove
UPDATE held_right SET approved = 0 WHERE record_id = :record_id AND issue_no = :issue_no
-- name: right_approve
UPDATE held_right SET approved = 1
WHERE record_id = :record_id AND issue_no = :issue_no AND state = 'CACHED' AND approved = 0
-- name: right_shred
UPDATE held_right SET state = 'SHREDDED', payload = NULL, payload_key = NULL
WHERE record_id = :record_id AND issue_no = :issue_no AND state = 'PRINTED'
-- name: right_tomb
UPDATE held_right SET state = 'TOMB', payload = NULL, payload_key = NULL
WHERE record_id = :record_id AND issue_no = :issue_no AND state = 'CACHED' AND fence = :fence
-- name: right_released
UPDATE held_right SET state = 'RELEASED' WHERE record_id = :record_id AND issue_no = :issue_no AND state = 'TOMB'
-- name: rights_next
SELECT record_id, issue_no, fence, payload, payload_key FROM held_right
WHERE state = 'CACHED' AND approved = 1 ORDER BY granted_no LIMIT :count
-- name: rights_on_blank
SELECT record_id, issue_no, fence, payload, payload_key, approved FROM held_right
WHERE blank_uid = :blank_uid AND state = 'CACHED' ORDER BY granted_no
-- name: rights_held
SELECT record_id, issue_no, fence, state FROM held_right WHERE state IN ('CACHED', 'INTENT', 'IN_DOUBT', 'PRINTED', 'TOMB')
ORDER BY granted_no LIMIT 1000
-- name: rights_by_state
SELECT state, approved, count(*) AS count FROM held_right GROUP BY state, approved
-- name: rights_waiting
SELECT count(*) FROM held_right WHERE state = 'CACHED'
-- name: queue
SELECT record_id, issue_no, fence, state, approved, pull_ms FROM held_right
WHERE state NOT IN ('SHREDDED', 'RELEASED') ORDER BY granted_no LIMIT :count

-- name: allowance_keep
INSERT INTO allowance (allowance_id, printer_serial, day, zone, cap, document)
VALUES (:allowance_id, :printer_serial, :day, :zone, :cap, :document) ON CONFLICT DO NOTHING
-- name: raise_keep
INSERT INTO cap_raise (raise_id, printer_serial, day, cards, document)
SELECT :raise_id, printer_serial, day, :cards, :document FROM allowance
WHERE printer_serial = :printer_serial AND day = :day ON CONFLICT DO NOTHING
-- name: allowance_raise
UPDATE allowance SET cap = cap + :cards WHERE printer_serial = :printer_serial AND day = :day
-- name: allowance_open
SELECT allowance_id, zone, cap,
       cap - (SELECT count(*) FROM intent i WHERE i.allowance_id = a.allowance_id AND i.outcome IS NOT 'NOT_PRINTED') AS left_over
FROM allowance a WHERE printer_serial = :printer_serial AND day = :day
-- name: allowances_left
SELECT coalesce(sum(max(0, cap - (SELECT count(*) FROM intent i
       WHERE i.allowance_id = a.allowance_id AND i.outcome IS NOT 'NOT_PRINTED'))), 0)
FROM allowance a WHERE day >= :day
-- name: day_latest
SELECT max(day) FROM intent WHERE printer_serial = :printer_serial

-- name: intent_begin
INSERT INTO intent (printer_serial, record_id, issue_no, fence, attempt, series, blank_uid, counter_before, counter_kind,
                    image_sha256, allowance_id, day, zone, boot_id, begun_at)
VALUES (:printer_serial, :record_id, :issue_no, :fence,
        (SELECT count(*) + 1 FROM intent WHERE record_id IS :record_id AND issue_no IS :issue_no),
        :series, :blank_uid, :counter_before, :counter_kind, :image_sha256, :allowance_id, :day, :zone, :boot_id, :at)
-- name: intent
SELECT i.*, r.pull_ms FROM intent i LEFT JOIN held_right r USING (record_id, issue_no) WHERE i.intent = :intent
-- name: intents_open
SELECT * FROM intent WHERE outcome IS NULL AND (:printer_serial IS NULL OR printer_serial = :printer_serial) ORDER BY intent
-- name: intent_doubt
UPDATE intent SET in_doubt = 1, doubt = :doubt WHERE intent = :intent AND outcome IS NULL
-- name: intent_settle
UPDATE intent SET outcome = :outcome, counter_after = :counter_after, print_ms = :print_ms, decided_by = :decided_by,
                  spoil_reason = :spoil_reason, settled_at = :at, blank_uid = coalesce(blank_uid, :blank_uid)
WHERE intent = :intent AND outcome IS NULL
-- name: spoiled_on
SELECT count(*) FROM intent WHERE outcome = 'SPOILED' AND printer_serial = :printer_serial AND day = :day
-- name: intents_by_outcome
SELECT coalesce(outcome, CASE in_doubt WHEN 1 THEN 'IN_DOUBT' ELSE 'IN_PRINT' END) AS outcome,
       record_id IS NULL AS test, count(*) AS count, avg(print_ms) AS print_ms
FROM intent GROUP BY 1, 2
-- name: intent_times
SELECT begun_at, print_ms FROM intent ORDER BY intent

-- name: blank_move
INSERT INTO blank_move (series, source, target, count, intent, who, at)
VALUES (:series, :source, :target, :count, :intent, :who, :at)
-- name: blank_move_named
INSERT INTO blank_move (series, source, target, count, intent, who, at, blank_uid)
VALUES (:series, :source, :target, 1, :intent, :who, :at, :blank_uid)
-- name: blank_last
SELECT target, series, intent, who, at FROM blank_move WHERE blank_uid = :blank_uid ORDER BY move DESC LIMIT 1
-- name: blank_alone
SELECT blank_uid FROM (SELECT target, blank_uid FROM blank_move WHERE series = :series AND 'LOADED' IN (source, target)
                       ORDER BY move DESC LIMIT 1)
WHERE target = 'LOADED' AND blank_uid IS NOT NULL AND 1 =
      (SELECT sum(CASE target WHEN 'LOADED' THEN count ELSE -count END) FROM blank_move
       WHERE series = :series AND 'LOADED' IN (source, target))
-- name: blanks
SELECT place, sum(count) AS count FROM (
    SELECT target AS place, count FROM blank_move WHERE :series IS NULL OR series = :series
    UNION ALL SELECT source, -count FROM blank_move WHERE :series IS NULL OR series = :series)
GROUP BY place
-- name: blanks_loaded
SELECT coalesce(sum(CASE WHEN target = 'LOADED' THEN count ELSE -count END), 0) FROM blank_move
WHERE series = :series AND 'LOADED' IN (source, target)

-- name: blanks_by_series
SELECT series, place, sum(count) AS count FROM (
    SELECT series, target AS place, count FROM blank_move UNION ALL SELECT series, source, -count FROM blank_move)
WHERE place NOT IN ('OUTSIDE', 'FOUND') GROUP BY series, place ORDER BY series, place
-- name: cards_of_day
SELECT intent, coalesce(outcome, 'IN_DOUBT') AS outcome, series, blank_uid, printer_serial, counter_before, counter_after
FROM intent WHERE day = :day ORDER BY intent
-- name: cards_to_tally
SELECT i.* FROM intent i LEFT JOIN printer p ON p.serial = i.printer_serial
WHERE i.day = :day AND i.intent > coalesce(p.counted_intent, 0) ORDER BY i.printer_serial, i.intent
-- name: last_card_to_tally
SELECT i.* FROM intent i LEFT JOIN printer p ON p.serial = i.printer_serial
WHERE i.printer_serial = :serial AND i.intent > coalesce(p.counted_intent, 0) ORDER BY i.intent DESC LIMIT 1
-- name: day_closed
INSERT INTO day_close (day, who, at, intent_last) VALUES (:day, :who, :at, :intent_last)
-- name: days_open
SELECT day, max(intent) AS intent_last FROM intent WHERE day < :today GROUP BY day
HAVING max(intent) > (SELECT coalesce(max(intent_last), 0) FROM day_close c WHERE c.day = intent.day) ORDER BY day
-- name: outbox_last
SELECT seq, sha256 FROM outbox ORDER BY seq DESC LIMIT 1
-- name: outbox_add
INSERT INTO outbox (seq, document, sha256, record_id, issue_no)
VALUES (:seq, :document, :sha256, :record_id, :issue_no)
-- name: outbox_untold
SELECT seq, document FROM outbox WHERE acknowledged = 0 ORDER BY seq LIMIT :count
-- name: outbox_unheeded
SELECT seq, document FROM outbox WHERE heeded = 0 AND seq <= :seq ORDER BY seq
-- name: outbox_acknowledge
UPDATE outbox SET acknowledged = 1, heeded = 1 WHERE seq <= :seq AND acknowledged = 0
-- name: outbox_tell_again
UPDATE outbox SET acknowledged = 0 WHERE seq > :seq AND acknowledged = 1
-- name: outbox_told
SELECT coalesce(max(seq), 0) FROM outbox WHERE acknowledged = 1
-- name: outbox_sha256
SELECT sha256 FROM outbox WHERE seq = :seq
-- name: outbox_close
SELECT document FROM outbox WHERE json_extract(document, '$.body.kind') = 'close' AND json_extract(document, '$.body.day') = :day
ORDER BY seq DESC LIMIT 1
-- name: outbox_waiting
SELECT count(*) FROM outbox WHERE acknowledged = 0

-- name: printer_seen
INSERT INTO printer (serial, model, firmware) VALUES (:serial, :model, :firmware)
ON CONFLICT (serial) DO UPDATE SET model = :model, firmware = :firmware
-- name: printer
SELECT * FROM printer WHERE serial = :serial
-- name: printers
SELECT * FROM printer ORDER BY serial
-- name: printer_counter
UPDATE printer SET counter = :counter WHERE serial = :serial
-- name: printer_lock
UPDATE printer SET locked_reason = :reason WHERE serial = :serial AND locked_reason IS NULL
-- name: printers_unlock
UPDATE printer SET locked_reason = NULL, counter = NULL,
                   counted_intent = (SELECT coalesce(max(intent), 0) FROM intent)
WHERE locked_reason IS NOT NULL

-- name: test_ask
INSERT INTO test_request (who, at) VALUES (:who, :at)
-- name: test_waiting
SELECT request, who FROM test_request WHERE intent IS NULL ORDER BY request LIMIT 1
-- name: test_taken
UPDATE test_request SET intent = :intent WHERE request = :request AND intent IS NULL

-- name: role_say
INSERT INTO role (role, state, reasons, since) VALUES (:role, :state, :reasons, :at)
ON CONFLICT (role) DO UPDATE SET state = :state, reasons = :reasons, since = :at
-- name: roles
SELECT * FROM role ORDER BY role

-- name: event_add
INSERT INTO event (seq, at, name, about, previous_sha256, sha256)
VALUES (:seq, :at, :name, :about, :previous_sha256, :sha256)
-- name: event_last
SELECT seq, sha256 FROM event ORDER BY seq DESC LIMIT 1
-- name: event_last_named
SELECT seq, sha256, about FROM event WHERE name = :name ORDER BY seq DESC LIMIT 1
-- name: events
SELECT * FROM event ORDER BY seq
-- name: events_last
SELECT * FROM event ORDER BY seq DESC LIMIT :count
