/** Schema 1: accounts, requests, submissions, nonces and the history, with what must never change held by triggers. */

/**
 * A trigger on INSERT stands beside each pair that forbids UPDATE and DELETE, because INSERT OR REPLACE deletes a row
 * without firing a delete trigger unless `recursive_triggers` is on (sqlite.org/lang_conflict.html).
 */
export const first = `
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  mode TEXT NOT NULL CHECK (mode IN ('practice', 'real')),
  chain_id TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER meta_no_update BEFORE UPDATE ON meta
BEGIN SELECT RAISE(ABORT, 'meta: the row never changes'); END;
CREATE TRIGGER meta_no_delete BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'meta: the row is never deleted'); END;
CREATE TRIGGER meta_no_replace BEFORE INSERT ON meta WHEN EXISTS (SELECT 1 FROM meta)
BEGIN SELECT RAISE(ABORT, 'meta: there is one row'); END;

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  venue TEXT NOT NULL,
  network TEXT NOT NULL,
  address TEXT NOT NULL,
  signer TEXT NOT NULL,
  path TEXT NOT NULL,
  vault_address TEXT,
  settings TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER accounts_no_update BEFORE UPDATE ON accounts
BEGIN SELECT RAISE(ABORT, 'accounts: a row never changes'); END;
CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts
BEGIN SELECT RAISE(ABORT, 'accounts: a row is never deleted'); END;
CREATE TRIGGER accounts_no_replace BEFORE INSERT ON accounts
WHEN EXISTS (SELECT 1 FROM accounts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'accounts: a row is never replaced'); END;
CREATE TRIGGER accounts_no_namesake BEFORE INSERT ON accounts
WHEN EXISTS (SELECT 1 FROM accounts WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'accounts: the name is taken'); END;

CREATE TABLE requests (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  venue TEXT NOT NULL,
  network TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('prepared', 'approved', 'signed', 'sending', 'applied', 'refused', 'unknown',
    'expired', 'withdrawn', 'revoked')),
  prepared TEXT NOT NULL,
  digest TEXT NOT NULL,
  signer TEXT NOT NULL,
  nonce TEXT,
  expires_after TEXT,
  signature TEXT,
  detail TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK (CASE WHEN state IN ('prepared', 'approved') THEN signature IS NULL
              WHEN state IN ('expired', 'withdrawn') THEN 1
              ELSE signature IS NOT NULL END)
) STRICT;

CREATE INDEX requests_by_state ON requests (state, id);
CREATE INDEX requests_by_account ON requests (account_id, id);
CREATE UNIQUE INDEX requests_by_nonce ON requests (signer, network, nonce);

CREATE TRIGGER requests_no_update
BEFORE UPDATE OF id, account_id, venue, network, prepared, digest, signer, nonce, expires_after, created_at ON requests
BEGIN SELECT RAISE(ABORT, 'requests: what was prepared never changes'); END;
CREATE TRIGGER requests_one_signature BEFORE UPDATE OF signature ON requests WHEN OLD.signature IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'requests: a signature never changes'); END;
CREATE TRIGGER requests_no_delete BEFORE DELETE ON requests
BEGIN SELECT RAISE(ABORT, 'requests: a row is never deleted'); END;
CREATE TRIGGER requests_no_replace BEFORE INSERT ON requests
WHEN EXISTS (SELECT 1 FROM requests WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'requests: a row is never replaced'); END;
CREATE TRIGGER requests_one_nonce BEFORE INSERT ON requests
WHEN EXISTS (SELECT 1 FROM requests WHERE signer = NEW.signer AND network = NEW.network AND nonce = NEW.nonce)
BEGIN SELECT RAISE(ABORT, 'requests: the nonce was used'); END;

CREATE TABLE submissions (
  id TEXT NOT NULL PRIMARY KEY,
  request_id TEXT NOT NULL UNIQUE REFERENCES requests (id),
  body TEXT NOT NULL,
  started_at TEXT NOT NULL,
  answered_at TEXT,
  http_status INTEGER,
  answer TEXT,
  outcome TEXT CHECK (outcome IN ('accepted', 'refused', 'unknown')),
  CHECK ((answered_at IS NULL) = (outcome IS NULL)),
  CHECK (answered_at IS NOT NULL OR (http_status IS NULL AND answer IS NULL))
) STRICT;

CREATE TRIGGER submissions_no_update BEFORE UPDATE OF id, request_id, body, started_at ON submissions
BEGIN SELECT RAISE(ABORT, 'submissions: what was sent never changes'); END;
CREATE TRIGGER submissions_one_answer BEFORE UPDATE ON submissions WHEN OLD.answered_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'submissions: an answer never changes'); END;
CREATE TRIGGER submissions_no_delete BEFORE DELETE ON submissions
BEGIN SELECT RAISE(ABORT, 'submissions: a row is never deleted'); END;
CREATE TRIGGER submissions_no_replace BEFORE INSERT ON submissions
WHEN EXISTS (SELECT 1 FROM submissions WHERE id = NEW.id OR request_id = NEW.request_id)
BEGIN SELECT RAISE(ABORT, 'submissions: a request is sent once'); END;

CREATE TABLE used_nonces (
  signer TEXT NOT NULL,
  network TEXT NOT NULL,
  nonce INTEGER NOT NULL CHECK (nonce >= 0),
  chosen_by TEXT NOT NULL CHECK (chosen_by IN ('desk', 'venue')),
  at TEXT NOT NULL,
  PRIMARY KEY (signer, network, nonce)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER used_nonces_no_update BEFORE UPDATE ON used_nonces
BEGIN SELECT RAISE(ABORT, 'used_nonces: a row never changes'); END;
CREATE TRIGGER used_nonces_no_delete BEFORE DELETE ON used_nonces
BEGIN SELECT RAISE(ABORT, 'used_nonces: a row is never deleted'); END;

CREATE TABLE history (
  seq INTEGER NOT NULL PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  request_id TEXT,
  body TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE INDEX history_by_request ON history (request_id, seq);

CREATE TRIGGER history_no_update BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history: a row never changes'); END;
CREATE TRIGGER history_no_delete BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'history: a row is never deleted'); END;
CREATE TRIGGER history_in_order BEFORE INSERT ON history
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM history)
  OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM history ORDER BY seq DESC LIMIT 1),
    '0x0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'history: a row can only follow the newest one'); END;
`
