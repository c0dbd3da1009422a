/** Schema 2: the approvals in words, each kept once and never changed. */

/** SQL from schema 1 to 2. */
export const approvals = `
CREATE TABLE approvals (
  request_id TEXT NOT NULL PRIMARY KEY REFERENCES requests (id),
  form TEXT NOT NULL CHECK (form IN ('text', 'typedData')),
  message TEXT NOT NULL,
  signature TEXT NOT NULL,
  signer TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;

CREATE TRIGGER approvals_no_update BEFORE UPDATE ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals: a row never changes'); END;
CREATE TRIGGER approvals_no_delete BEFORE DELETE ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals: a row is never deleted'); END;
CREATE TRIGGER approvals_no_replace BEFORE INSERT ON approvals
WHEN EXISTS (SELECT 1 FROM approvals WHERE request_id = NEW.request_id)
BEGIN SELECT RAISE(ABORT, 'approvals: a request is approved once'); END;
`
