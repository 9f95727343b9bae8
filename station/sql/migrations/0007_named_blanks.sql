-- A blank whose chip was read has a name. A move of one blank may carry it; where it is is where its last move went.
-- What is fed from a hopper with several blanks has no name until somebody reads the card.
ALTER TABLE blank_move ADD COLUMN blank_uid TEXT
    CHECK (blank_uid IS NULL OR (count = 1 AND length(blank_uid) BETWEEN 8 AND 20 AND source <> 'FOUND'));
CREATE INDEX named_blanks ON blank_move (blank_uid, move) WHERE blank_uid IS NOT NULL;

-- LOADED or nowhere may come out of IN_PRINT: fed among others, and named when the card was read.
CREATE TRIGGER named_blank_moves_from_where_it_is BEFORE INSERT ON blank_move
WHEN NEW.blank_uid IS NOT NULL AND NOT coalesce(
    (SELECT CASE NEW.source
                WHEN 'IN_PRINT' THEN target = 'LOADED' OR (target = 'IN_PRINT' AND intent = NEW.intent)
                ELSE target = NEW.source END AND series = NEW.series
     FROM blank_move WHERE blank_uid = NEW.blank_uid ORDER BY move DESC LIMIT 1),
    NEW.source IN ('OUTSIDE', 'IN_PRINT'))
BEGIN SELECT RAISE(ABORT, 'a named blank moves from where it is'); END;

-- One named blank, one card.
CREATE UNIQUE INDEX one_card_a_blank ON intent (blank_uid) WHERE blank_uid IS NOT NULL AND outcome IS NOT 'NOT_PRINTED';
CREATE TRIGGER blank_of_intent_stays BEFORE UPDATE OF blank_uid ON intent
WHEN OLD.blank_uid IS NOT NULL AND NEW.blank_uid IS NOT OLD.blank_uid
BEGIN SELECT RAISE(ABORT, 'an intent keeps its blank'); END;

-- Which blank will be fed is known for certain when it was the last one put in and is the only one there.
CREATE TRIGGER fed_blank_is_alone BEFORE INSERT ON intent
WHEN NEW.blank_uid IS NOT NULL AND NEW.blank_uid IS NOT
    (SELECT CASE target WHEN 'LOADED' THEN blank_uid END FROM blank_move
     WHERE series = NEW.series AND 'LOADED' IN (source, target)
       AND (SELECT sum(CASE target WHEN 'LOADED' THEN count ELSE -count END) FROM blank_move
            WHERE series = NEW.series AND 'LOADED' IN (source, target)) = 1
     ORDER BY move DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'another blank may be fed'); END;

-- A right that names a blank goes on that blank, and no other card does while such a right is held.
CREATE INDEX rights_with_a_blank ON held_right (blank_uid, state) WHERE blank_uid IS NOT NULL;
CREATE TRIGGER right_on_its_blank BEFORE INSERT ON intent
WHEN (SELECT blank_uid FROM held_right WHERE record_id = NEW.record_id AND issue_no = NEW.issue_no) IS NOT NULL
     AND (SELECT blank_uid FROM held_right WHERE record_id = NEW.record_id AND issue_no = NEW.issue_no)
         IS NOT NEW.blank_uid
BEGIN SELECT RAISE(ABORT, 'the right must go on another blank'); END;
CREATE TRIGGER blank_for_its_right BEFORE INSERT ON intent
WHEN EXISTS (SELECT 1 FROM held_right WHERE blank_uid = NEW.blank_uid AND state = 'CACHED')
     AND (SELECT blank_uid FROM held_right WHERE record_id = NEW.record_id AND issue_no = NEW.issue_no)
         IS NOT NEW.blank_uid
BEGIN SELECT RAISE(ABORT, 'the blank is for another right'); END;
