/** What the tests of the store share: private folders, open stores, sample rows, child processes. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import BetterSqlite from 'better-sqlite3'
import { ulid } from 'ulid'
import { afterEach } from 'vitest'
import type { Failure, Result } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { fromHex, type Hex } from '../../shared/hex.ts'
import {
  recomputeDigests,
  type PreparedRequest as ReadPreparedRequest,
} from '../../shared/prepared-request.ts'
import { addressOfKey } from '../../shared/signature.ts'
import { openDatabase, type Database } from '../../electron/store/database.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { NewAccount, PreparedRequest, Store, StoredRequest } from '../../electron/store/port.ts'

export { bodyOf } from './body.ts'

const cleanUps: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A folder of this test's own. */
export const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  cleanUps.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** The value of a result that must be one. */
export const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** The failure of a result that must be one. */
export const failureOf = (result: Result<unknown>): Failure => {
  if (result.ok) throw new Error(`expected a failure, got ${JSON.stringify(result.value)}`)
  return result.error
}

/** An open store, closed after the test. */
export const newStore = async (
  dir = tempDir(),
  mode: HistoryMode = 'practice',
  now?: () => number,
  leaseMs?: number,
): Promise<Store> => {
  const options = { ...(now ? { now } : {}), ...(leaseMs === undefined ? {} : { leaseMs }) }
  const store = valueOf(await openStore({ dir, mode, ...options }))
  cleanUps.push(() => store.close())
  return store
}

/** The handle below a store, for attacks with raw SQL. */
export const newDatabase = async (dir = tempDir()): Promise<Database> => {
  const database = valueOf(await openDatabase(join(dir, 'countersign.db'), 'practice', Date.now))
  cleanUps.push(() => database.close())
  return database
}

/** A key of tests; never fund it. */
const secret = Buffer.alloc(32, 0xa1)

export const signer: Hex = addressOfKey(secp256k1.getPublicKey(secret, false))

export const newAccount = (name = 'Main'): NewAccount => ({
  name,
  venue: 'hyperliquid',
  network: 'testnet',
  address: signer,
  signer,
  path: "44'/60'/0'/0/0",
  vaultAddress: null,
  settings: {},
})

let lastNonce = 1_795_000_000_000

const preparedWith = (nonce: number): ReadPreparedRequest => {
  const setting = { leverage: '5', isCross: true }
  const fields = {
    format: 1 as const,
    network: 'testnet' as const,
    origin: 'https://api.hyperliquid-testnet.xyz',
    account: { name: 'Main', address: signer },
    signer: { address: signer, path: "44'/60'/0'/0/0" },
    market: { symbol: 'BTC', id: 0, maxLeverage: 40 },
    from: { leverage: '3', isCross: true, readAtMs: nonce },
    to: setting,
    stake: { markPrice: null, position: null },
    approval: 'none' as const,
    venue: 'hyperliquid' as const,
    wire: {
      action: { type: 'updateLeverage' as const, asset: 0, isCross: true, leverage: 5 },
      nonce,
      vaultAddress: null,
      expiresAfter: null,
    },
  }
  return { ...fields, digests: recomputeDigests(fields) }
}

/** A request that is in every way one that the desk prepares. */
export const newRequest = (accountId: string): PreparedRequest => {
  const nonce = lastNonce++
  const prepared = preparedWith(nonce)
  return {
    id: ulid(),
    accountId,
    venue: 'hyperliquid',
    network: 'testnet',
    prepared,
    digest: prepared.digests.digest,
    signer,
    nonce: String(nonce),
    expiresAfter: null,
  }
}

/** The signature of the tests' key over a digest. */
export const signatureOver = (digest: Hex): Hex => {
  const made = secp256k1.sign(fromHex(digest), secret, { prehash: false, format: 'recovered' })
  const [recovery = 0] = made
  return `0x${Buffer.from(made.slice(1)).toString('hex')}${(27 + recovery).toString(16)}`
}

/** A request in the store that was approved and signed. */
export const signedRequest = async (store: Store): Promise<StoredRequest> => {
  const [account = valueOf(await store.accounts.add(newAccount()))] = valueOf(await store.accounts.list())
  const { id, digest } = valueOf(await store.requests.insertPrepared(newRequest(account.id)))
  valueOf(await store.requests.transition(id, 'prepared', 'approved'))
  return valueOf(
    await store.requests.transition(id, 'approved', 'signed', { signature: signatureOver(digest) }),
  )
}

/** All rows of all tables, as one text. */
const contentOf = (raw: BetterSqlite.Database): string => {
  const tables = raw.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all()
  return JSON.stringify(tables.map((table) => raw.prepare(`SELECT * FROM "${table}"`).all()))
}

/**
 * What somebody does who knows the schema: takes the triggers away, changes rows, and puts the triggers back. A change
 * that changes nothing would pass for one that was not found, so it throws.
 */
export const tamper = (path: string, sql: string): void => {
  // Waiting for a lock would stop this process, in which whoever holds it may be.
  const raw = new BetterSqlite(path, { timeout: 0 })
  try {
    raw.pragma('foreign_keys = OFF')
    const triggers = raw
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`,
      )
      .all()
    const before = contentOf(raw)
    raw.exec('BEGIN IMMEDIATE')
    for (const { name } of triggers) raw.exec(`DROP TRIGGER ${name}`)
    raw.exec(sql)
    for (const trigger of triggers) raw.exec(trigger.sql)
    raw.exec('COMMIT')
    if (contentOf(raw) === before) throw new Error(`nothing was changed by ${sql}`)
  } finally {
    raw.close()
  }
}

/** A fixture of this folder, running in a process of its own. */
export interface Child {
  readonly process: ChildProcess
  /** Its lines of output as they come; ends when it ends. */
  readonly lines: AsyncIterableIterator<string>
  /** How it ended: its exit code or the signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

export const runFixture = (name: string, ...args: readonly string[]): Child => {
  const path = fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  cleanUps.push(() => void child.kill('SIGKILL'))
  return {
    process: child,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal))),
  }
}

/** All lines of a fixture that must end well. */
export const outputOf = async (child: Child): Promise<string[]> => {
  const lines: string[] = []
  for await (const line of child.lines) lines.push(line)
  const end = await child.ended
  if (end !== 0) throw new Error(`the fixture ended with ${String(end)}`)
  return lines
}
