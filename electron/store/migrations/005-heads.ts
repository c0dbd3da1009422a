/** Schema 5: the signed heads of the history. One for a size, each larger than the one before; only the Ledger's word is added later. */

/** SQL from schema 4 to 5. */
export const heads = `
CREATE TABLE heads (
  size INTEGER NOT NULL PRIMARY KEY CHECK (size >= 1),
  root TEXT NOT NULL,
  note TEXT NOT NULL,
  signed_at TEXT NOT NULL,
  key TEXT NOT NULL,
  ledger TEXT
) STRICT;

CREATE TRIGGER heads_no_update BEFORE UPDATE OF size, root, note, signed_at, key ON heads
BEGIN SELECT RAISE(ABORT, 'heads: a head never changes'); END;
CREATE TRIGGER heads_one_ledger BEFORE UPDATE OF ledger ON heads WHEN OLD.ledger IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'heads: what the Ledger signed never changes'); END;
CREATE TRIGGER heads_no_delete BEFORE DELETE ON heads
BEGIN SELECT RAISE(ABORT, 'heads: a head is never deleted'); END;
CREATE TRIGGER heads_in_order BEFORE INSERT ON heads
WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM heads)
  OR NEW.size IS NOT (SELECT max(seq) FROM history)
BEGIN SELECT RAISE(ABORT, 'heads: a head is of all rows and follows the newest'); END;
`
