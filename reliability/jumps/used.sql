-- Each allowance with what was begun under it and not proved unprinted.
SELECT cap, (SELECT count(*) FROM intent i WHERE i.allowance_id = a.allowance_id AND i.outcome IS NOT 'NOT_PRINTED') AS used
FROM allowance a
