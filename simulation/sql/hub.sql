-- What the invariants ask of the hub's store, by name. Read only, each on its own.

-- name: rights
SELECT record_id, issue_no, state, holder, fence, revoke_wanted, in_doubt, printed_after_revoke FROM rights ORDER BY id
-- name: open_rights
SELECT count(*) FROM rights WHERE state IN ('READY', 'HELD')
-- name: ready_rights
SELECT count(*) FROM rights WHERE state = 'READY'
-- name: to_ready
SELECT right_id, event FROM right_events WHERE state = 'READY' AND event NOT IN ('released', 'not-held', 'replaced')
-- name: grants
SELECT right_id, fence, station, claim_key, hub_epoch FROM grants
-- name: balances
SELECT account, sum(delta) FROM blank_entries GROUP BY account
-- name: unbalanced
SELECT move FROM blank_entries GROUP BY move HAVING sum(delta) <> 0
-- name: outbox
SELECT station, seq, sha256 FROM outbox_entries ORDER BY station, seq
-- name: stations
SELECT id, applied_seq, locked_reason, lost_at IS NOT NULL FROM stations
-- name: caps
SELECT printer_serial, sum(cap) FROM allowances GROUP BY printer_serial
-- name: alarms
SELECT code, station, right_id FROM alarms ORDER BY id
-- name: reissues
SELECT r.record_id, r.issue_no, p.state FROM rights r
LEFT JOIN rights p ON p.record_id = r.record_id AND p.issue_no = r.issue_no - 1 WHERE r.issue_no > 1
-- name: double_reports
SELECT count(*) FROM (SELECT station, intent FROM reports GROUP BY station, intent HAVING count(*) > 1)
-- name: integrity
PRAGMA integrity_check
