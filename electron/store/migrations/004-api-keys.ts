/** Schema 4: the sealed API keys. What is public of a key stays for ever; its sealed record goes when it is replaced. */

/** SQL from schema 3 to 4. */
export const apiKeys = `
CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  venue TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('ed25519', 'hmacSha256')),
  key_id TEXT NOT NULL,
  label TEXT NOT NULL,
  sealed TEXT,
  sealed_by TEXT NOT NULL CHECK (sealed_by IN ('keyring', 'passphrase')),
  created_at TEXT NOT NULL,
  expires_at TEXT,
  permissions TEXT,
  replaced_at TEXT,
  removed_at TEXT,
  CHECK (replaced_at IS NULL OR removed_at IS NULL),
  CHECK ((sealed IS NOT NULL) = (coalesce(replaced_at, removed_at) IS NULL))
) STRICT;

CREATE UNIQUE INDEX api_keys_in_use ON api_keys (account_id) WHERE replaced_at IS NULL AND removed_at IS NULL;

CREATE TRIGGER api_keys_no_update
BEFORE UPDATE OF id, account_id, venue, kind, key_id, label, sealed_by, created_at ON api_keys
BEGIN SELECT RAISE(ABORT, 'api_keys: what a key is never changes'); END;
CREATE TRIGGER api_keys_one_seal BEFORE UPDATE OF sealed ON api_keys WHEN NEW.sealed IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'api_keys: a sealed record only goes'); END;
CREATE TRIGGER api_keys_no_return BEFORE UPDATE ON api_keys WHEN OLD.sealed IS NULL
BEGIN SELECT RAISE(ABORT, 'api_keys: a key that is gone never changes'); END;
CREATE TRIGGER api_keys_no_delete BEFORE DELETE ON api_keys
BEGIN SELECT RAISE(ABORT, 'api_keys: a row is never deleted'); END;
CREATE TRIGGER api_keys_no_replace BEFORE INSERT ON api_keys
WHEN EXISTS (SELECT 1 FROM api_keys WHERE id = NEW.id
  OR (account_id = NEW.account_id AND replaced_at IS NULL AND removed_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'api_keys: an account has one key'); END;
`
