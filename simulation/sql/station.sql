-- What the invariants ask of a station's store, by name. Read only, each on its own.

-- name: held
SELECT record_id, issue_no, fence, state FROM held_right WHERE state IN ('CACHED', 'INTENT', 'IN_DOUBT')
-- name: open
SELECT intent, printer_serial, record_id, issue_no, fence, in_doubt, counter_before, counter_kind, image_sha256,
       allowance_id, day, doubt FROM intent WHERE outcome IS NULL ORDER BY intent
-- name: settled_last
-- by the log, not by the time: a clock may have gone back meanwhile
SELECT intent, outcome, decided_by, in_doubt, doubt, record_id, issue_no FROM intent
WHERE intent = (
    SELECT json_extract(about, '$.intent') FROM event WHERE name = 'intent.settled' ORDER BY seq DESC LIMIT 1
)
-- name: unapproved
SELECT record_id, issue_no FROM held_right WHERE state = 'CACHED' AND approved = 0
-- name: received
SELECT coalesce(-sum(CASE WHEN target = 'OUTSIDE' THEN count ELSE -count END), 0) FROM blank_move
WHERE 'OUTSIDE' IN (source, target)
-- name: cards_of_rights
SELECT record_id, issue_no, count(*) FROM intent WHERE outcome IN ('PRINTED', 'SPOILED') AND record_id IS NOT NULL
GROUP BY record_id, issue_no
-- name: last_intent
SELECT coalesce(max(intent), 0) FROM intent
-- name: over_cap
SELECT a.allowance_id, a.cap, count(*) FROM allowance a JOIN intent i USING (allowance_id)
WHERE i.outcome IS NOT 'NOT_PRINTED' GROUP BY a.allowance_id HAVING count(*) > a.cap
-- name: intents
SELECT intent, printer_serial, record_id, issue_no, fence, attempt, series, image_sha256, allowance_id, day, zone,
       begun_at, outcome, decided_by, counter_before, counter_after, settled_at, in_doubt FROM intent ORDER BY intent
-- name: places
SELECT place, sum(count) FROM (SELECT target AS place, count FROM blank_move UNION ALL SELECT source, -count FROM blank_move)
GROUP BY place
-- name: moves_of_intents
SELECT intent, count(*), sum(CASE WHEN source = 'LOADED' THEN 1 ELSE 0 END) FROM blank_move
WHERE intent IS NOT NULL GROUP BY intent
-- name: printers
SELECT serial, counter, locked_reason FROM printer ORDER BY serial
-- name: outbox
SELECT seq, document, sha256, acknowledged FROM outbox ORDER BY seq
-- name: untold
SELECT count(*) FROM outbox WHERE acknowledged = 0
-- name: allowances
SELECT allowance_id, printer_serial, day, cap FROM allowance ORDER BY day
-- name: rights
SELECT record_id, issue_no, fence, state, approved, payload IS NULL FROM held_right ORDER BY record_id, issue_no
-- name: asking
SELECT count(*) FROM claim WHERE state = 'ASKING'
-- name: roles
SELECT role, state, reasons FROM role
-- name: integrity
PRAGMA integrity_check
-- name: texts
SELECT document FROM outbox UNION ALL SELECT about FROM event UNION ALL SELECT reasons FROM role
-- name: word
SELECT (SELECT group_concat(record_id || issue_no || fence || state || approved) FROM held_right)
       || '|' || (SELECT count(*) FROM allowance) || '|' || (SELECT count(*) FROM claim WHERE state = 'ANSWERED')
       || '|' || coalesce((SELECT value FROM fact WHERE name = 'hub_checked'), '')
       || '|' || coalesce((SELECT value FROM fact WHERE name = 'hub_epoch'), '')
       || '|' || coalesce((SELECT value FROM fact WHERE name = 'hold'), '')
