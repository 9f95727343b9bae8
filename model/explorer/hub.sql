-- What of a hub's store counts as its state: all that the protocol reads. Left out are logs (right_events, alarms), times,
-- and the order in which the ledger came to its balances.

-- name: hub
SELECT hub_epoch FROM hub
-- name: stations
SELECT id, applied_seq, applied_sha256, locked_reason IS NOT NULL AS locked, reconciled_epoch, lost_at IS NOT NULL AS lost
FROM stations ORDER BY id
-- name: rights
SELECT id, record_id, issue_no, state, holder, fence, revoke_wanted, in_doubt, printed_after_revoke FROM rights ORDER BY id
-- name: heard
SELECT record_id, issue_no, station, fence, state FROM rights_heard ORDER BY 1, 2
-- name: claims
SELECT claim_key, station, count_max FROM claims ORDER BY claim_key
-- name: grants
SELECT claim_key, place, right_id, station, hub_epoch, fence FROM grants ORDER BY 1, 2
-- name: reports
SELECT station, intent, settled, right_id, fence, outcome FROM reports ORDER BY 1, 2, 3
-- name: entries
SELECT station, seq, sha256 FROM outbox_entries ORDER BY 1, 2
-- name: decisions
SELECT DISTINCT what, about FROM decisions ORDER BY 1, 2
-- name: allowances
SELECT printer_serial, day, station FROM allowances ORDER BY 1, 2
-- name: balances
SELECT account, sum(delta) AS count FROM blank_entries GROUP BY account ORDER BY account
