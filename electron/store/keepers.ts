/** Who may decide over a database that no desk has open: the Ledgers of its accounts, and whoever can open its API keys. */
import type { Hex } from '../../shared/hex.ts'
import type { SecretOf } from '../secrets/record.ts'
import { withSnapshot } from './snapshot.ts'

/** A Ledger of an account: the address that signs, and its path. */
export interface KeptLedger {
  readonly path: string
  readonly signer: Hex
}

/** Who may decide over a database. */
export interface Keepers {
  readonly ledgers: readonly KeptLedger[]
  /** A record that the passphrase of its API keys opens, and what it is of; null where no passphrase seals one. */
  readonly sealed: { readonly record: string; readonly of: SecretOf } | null
}

const sealedByPassphrase = `
SELECT api_keys.sealed AS record, accounts.id AS account, accounts.venue, accounts.network, accounts.address,
  accounts.signer, api_keys.kind, api_keys.key_id AS keyId
FROM api_keys JOIN accounts ON accounts.id = api_keys.account_id
WHERE api_keys.sealed_by = 'passphrase' AND api_keys.sealed IS NOT NULL AND api_keys.sealed <> ''
ORDER BY api_keys.id LIMIT 1`

/** The keepers of a database that verified before. Throws what SQLite throws. */
export const keepersOf = (path: string): Promise<Keepers> =>
  withSnapshot(path, (raw) => {
    const ledgers = raw.prepare<[], KeptLedger>('SELECT DISTINCT path, signer FROM accounts').all()
    const tables = raw.prepare<[], string>('SELECT name FROM sqlite_schema').pluck().all()
    const row = tables.includes('api_keys')
      ? raw.prepare<[], SecretOf & { record: string }>(sealedByPassphrase).get()
      : undefined
    if (!row) return { ledgers, sealed: null }
    const { record, ...of } = row
    return { ledgers, sealed: { record, of } }
  })
