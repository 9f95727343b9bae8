-- What of a station's store counts as its state: all that the protocol reads. Left out are logs (event, role), times, and
-- the bytes of ciphertexts; nonces, keys and clocks are held still, so a hash means the same history.

-- name: facts
SELECT name, value FROM fact WHERE name <> 'link' ORDER BY name
-- name: claims
SELECT claim_key, count_max, state FROM claim ORDER BY claim_key
-- name: rights
SELECT record_id, issue_no, fence, state, approved, payload IS NOT NULL AS payload, granted_no FROM held_right ORDER BY 1, 2
-- name: allowances
SELECT allowance_id, printer_serial, day, cap FROM allowance ORDER BY 1
-- name: intents
SELECT intent, record_id, issue_no, fence, counter_before, allowance_id, day, in_doubt, doubt, outcome, spoil_reason
FROM intent ORDER BY 1
-- name: blanks
SELECT place, sum(count) AS count FROM (SELECT target AS place, count FROM blank_move
UNION ALL SELECT source, -count FROM blank_move) GROUP BY place ORDER BY place
-- name: outbox
SELECT seq, sha256, acknowledged, heeded FROM outbox ORDER BY seq
-- name: printers
SELECT serial, counter, locked_reason IS NOT NULL AS locked FROM printer ORDER BY serial
-- name: closes
SELECT day, intent_last FROM day_close ORDER BY close
