/** Schema 3: permits to read an account at its venue. They expire, so a new one takes the place of an old one. */

/** SQL from schema 2 to 3. */
export const readPermits = `
CREATE TABLE read_permits (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  action TEXT NOT NULL,
  signature TEXT NOT NULL,
  nonce TEXT,
  expires_at TEXT NOT NULL,
  PRIMARY KEY (account_id, action)
) STRICT, WITHOUT ROWID;
`
