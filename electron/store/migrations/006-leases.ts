/** Schema 6: leases, so that one process at a time acts on a request, and revocations, each signed once. */

/**
 * SQL from schema 5 to 6. A lease's `token` only ever rises, so that a holder who was away for too long is told apart
 * from the one who took over.
 */
export const leases = `
CREATE TABLE leases (
  request_id TEXT NOT NULL PRIMARY KEY REFERENCES requests (id),
  owner TEXT,
  token INTEGER NOT NULL CHECK (token >= 1),
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER leases_no_delete BEFORE DELETE ON leases
BEGIN SELECT RAISE(ABORT, 'leases: a row is never deleted'); END;
CREATE TRIGGER leases_no_replace BEFORE INSERT ON leases
WHEN EXISTS (SELECT 1 FROM leases WHERE request_id = NEW.request_id)
BEGIN SELECT RAISE(ABORT, 'leases: a row is never replaced'); END;
CREATE TRIGGER leases_rising BEFORE UPDATE ON leases
WHEN NEW.request_id IS NOT OLD.request_id OR NEW.token < OLD.token
  OR (NEW.token = OLD.token AND NEW.owner IS NOT NULL AND NEW.owner IS NOT OLD.owner)
BEGIN SELECT RAISE(ABORT, 'leases: another holder has another, higher token'); END;

CREATE TABLE revocations (
  request_id TEXT NOT NULL PRIMARY KEY REFERENCES requests (id),
  digest TEXT NOT NULL,
  signature TEXT NOT NULL,
  body TEXT NOT NULL,
  signed_at TEXT NOT NULL,
  answered_at TEXT,
  outcome TEXT CHECK (outcome IN ('taken', 'nonceUsed', 'refused', 'unknown')),
  CHECK ((answered_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE TRIGGER revocations_no_update BEFORE UPDATE OF request_id, digest, signature, body, signed_at ON revocations
BEGIN SELECT RAISE(ABORT, 'revocations: what was signed never changes'); END;
CREATE TRIGGER revocations_taken BEFORE UPDATE ON revocations WHEN OLD.outcome IN ('taken', 'nonceUsed')
BEGIN SELECT RAISE(ABORT, 'revocations: one that used up the nonce never changes'); END;
CREATE TRIGGER revocations_no_delete BEFORE DELETE ON revocations
BEGIN SELECT RAISE(ABORT, 'revocations: a row is never deleted'); END;
CREATE TRIGGER revocations_no_replace BEFORE INSERT ON revocations
WHEN EXISTS (SELECT 1 FROM revocations WHERE request_id = NEW.request_id)
BEGIN SELECT RAISE(ABORT, 'revocations: a request is revoked once'); END;
`
