-- Why a card was spoiled, in a code that offices can count.
ALTER TABLE intent ADD COLUMN spoil_reason TEXT CHECK ((spoil_reason IS NULL) OR (outcome = 'SPOILED'));
