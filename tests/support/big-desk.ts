/**
 * A desk that has worked for years: as many requests as are asked for, each prepared, approved, signed, sent, answered and
 * applied, with a signed head after each. Rows, signatures and heads are those that a desk writes; they are put into the
 * database all at once, so that nobody waits for them.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { HDKey } from '@scure/bip32'
import { mnemonicToSeedSync } from '@scure/bip39'
import BetterSqlite from 'better-sqlite3'
import { practiceMnemonic } from '../../electron/device/practice/keys.ts'
import { createApply } from '../../electron/store/apply-row.ts'
import { nativeHasher, nativeSha256 } from '../../electron/store/hashing.ts'
import { openHeadSigner } from '../../electron/store/installation-key.ts'
import { databaseName, openStore } from '../../electron/store/open-store.ts'
import type { Account } from '../../electron/store/port.ts'
import { fromHex, toHex, type Hex } from '../../shared/hex.ts'
import { canonicalJson, readCanonicalObject, type JsonObject } from '../../shared/history/canonical-json.ts'
import { nextRow, type HistoryRow } from '../../shared/history/chain.ts'
import { checkpointText, originOf } from '../../shared/history/checkpoint.ts'
import { createTree } from '../../shared/history/merkle.ts'
import { recomputeDigests, type PreparedRequest } from '../../shared/prepared-request.ts'
import { columnsOf } from '../../shared/request-columns.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { practiceAddress } from './practice-address.ts'

/** Rows of one life. */
export const rowsOfLife = 6

const path = "44'/60'/0'/0/0"
const firstNonce = 1_785_000_000_000

/** `ecdsaSign` of secp256k1 5.x. */
type EcdsaSign = (digest: Uint8Array, secret: Uint8Array) => { signature: Uint8Array; recid: number }
const { ecdsaSign } = createRequire(import.meta.url)('secp256k1') as { ecdsaSign: EcdsaSign }

function secretOf(): Uint8Array {
  const { privateKey } = HDKey.fromMasterSeed(mnemonicToSeedSync(practiceMnemonic)).derive(`m/${path}`)
  if (privateKey === null) throw new Error('the practice Ledger has its keys')
  return privateKey
}

const secret = secretOf()

function sign(digest: Hex): Hex {
  const { signature, recid } = ecdsaSign(fromHex(digest), secret)
  return `${toHex(signature)}${(27 + recid).toString(16)}`
}

function preparedAt(account: Account, origin: string, nonce: number): PreparedRequest {
  const leverage = 2 + (nonce % 30)
  const fields = {
    format: 1 as const,
    network: 'mainnet' as const,
    origin,
    account: { name: account.name, address: account.address },
    signer: { address: account.signer, path },
    market: { symbol: 'BTC', id: 0, maxLeverage: 40 },
    from: { leverage: '3', isCross: true, readAtMs: nonce },
    to: { leverage: String(leverage), isCross: true },
    stake: { markPrice: null, position: null },
    approval: 'none' as const,
    venue: 'hyperliquid' as const,
    wire: {
      action: { type: 'updateLeverage' as const, asset: 0, isCross: true, leverage },
      nonce,
      vaultAddress: null,
      expiresAfter: nonce + 300_000,
    },
  }
  return { ...fields, digests: recomputeDigests(fields) }
}

const idOf = (n: number, kind: string): string => `01M7WC0H1YX2AJ${kind}SP${String(n).padStart(9, '0')}`

/** The rows of one life: kind and body. */
function* life(account: Account, origin: string, n: number): Generator<readonly [string, JsonObject], void> {
  const prepared = preparedAt(account, origin, firstNonce + n)
  const [id, submission] = [idOf(n, 'G'), idOf(n, 'S')]
  const { digest } = prepared.digests
  const signature = sign(digest)
  const read = readSignatureHex(signature)
  if (!read.ok) throw new Error(read.error.message)
  const body = rulesOf('hyperliquid').bodyOf(prepared.wire, read.value)
  const detail = { current: { ...prepared.to }, readAtMs: firstNonce + n }
  const answer = '{"status":"ok","response":{"type":"default"}}'
  yield ['request.prepared', { request: { id, accountId: account.id, prepared, ...columnsOf(prepared) } }]
  yield ['request.approved', { from: 'prepared', digest }]
  yield ['request.signed', { from: 'approved', digest, signature }]
  yield ['request.sending', { from: 'signed', digest, submission: { id: submission, body } }]
  yield ['submission.answered', { submission, outcome: 'accepted', httpStatus: 200, answer }]
  yield ['request.applied', { from: 'sending', digest, detail }]
}

/** How a big desk is made. */
export interface BigDesk {
  readonly requests: number
  /** Where they were sent. */
  readonly origin?: string
}

async function openNew(dir: string): Promise<Account> {
  const store = await openStore({ dir, mode: 'practice' })
  if (!store.ok) throw new Error(store.error.message)
  const account = await store.value.accounts.add({
    name: 'treasury',
    venue: 'hyperliquid',
    network: 'mainnet',
    address: practiceAddress,
    signer: practiceAddress,
    path,
    vaultAddress: null,
    settings: {},
  })
  await store.value.close()
  if (!account.ok) throw new Error(account.error.message)
  return account.value
}

interface Stored {
  readonly chainId: Hex
  readonly rows: readonly HistoryRow[]
}

function storedIn(raw: BetterSqlite.Database): Stored {
  const rows = raw
    .prepare<[], HistoryRow>(
      'SELECT seq, at, kind, request_id AS requestId, body, prev_hash AS prevHash, hash FROM history ORDER BY seq',
    )
    .all()
  const chainId = raw.prepare<[], Hex>('SELECT chain_id FROM meta').pluck().get()
  if (chainId === undefined) throw new Error('a database says whose history it is')
  return { chainId, rows }
}

function fill(
  raw: BetterSqlite.Database,
  dir: string,
  account: Account,
  { requests, origin }: Required<BigDesk>,
) {
  const { chainId, rows } = storedIn(raw)
  const apply = createApply(raw)
  const addHead = raw.prepare('INSERT INTO heads (size, root, note, signed_at, key) VALUES (?, ?, ?, ?, ?)')
  const signer = openHeadSigner(dir, originOf(chainId))
  if (!signer.ok) throw new Error(signer.error.message)
  const tree = createTree(nativeHasher)
  let head = rows.at(-1) ?? null
  for (const row of rows) tree.push(fromHex(row.hash))
  for (let n = 0; n < requests; n += 1) {
    const at = new Date(firstNonce + n).toISOString()
    for (const [kind, body] of life(account, origin, n)) {
      const text = canonicalJson(body)
      const read = text.ok ? readCanonicalObject(text.value) : null
      if (!text.ok || read === null) throw new Error('a row is exact JSON')
      const row = nextRow(head, { at, kind, requestId: idOf(n, 'G'), body: text.value }, nativeSha256)
      apply(row, read)
      tree.push(fromHex(row.hash))
      head = row
    }
    const root = tree.root()
    const note = signer.value.sign(checkpointText({ origin: originOf(chainId), size: tree.size(), root }))
    addHead.run(tree.size(), toHex(root), note, at, signer.value.vkey)
  }
}

/** Makes a big desk in an empty folder; it is closed again. */
export async function makeBigDesk(dir: string, big: BigDesk): Promise<void> {
  const account = await openNew(dir)
  const raw = new BetterSqlite(join(dir, databaseName))
  raw.pragma('synchronous = OFF')
  raw.transaction(() => fill(raw, dir, account, { origin: 'https://api.hyperliquid.xyz', ...big }))()
  raw.close()
}
