-- The day each intent counts for, in their order.
SELECT day FROM intent ORDER BY intent
