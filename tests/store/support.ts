/** What the tests of the store share: private folders, open stores, sample rows, child processes. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import BetterSqlite from 'better-sqlite3'
import { ulid } from 'ulid'
import { afterEach } from 'vitest'
import type { Failure, Result } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import type { Hex } from '../../shared/hex.ts'
import { openDatabase, type Database } from '../../electron/store/database.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { NewAccount, PreparedRequest, Store, StoredRequest } from '../../electron/store/port.ts'

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

export const signer: Hex = `0x${'a1'.repeat(20)}`
export const digest: Hex = `0x${'d1'.repeat(32)}`

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

export const newRequest = (accountId: string): PreparedRequest => ({
  id: ulid(),
  accountId,
  venue: 'hyperliquid',
  network: 'testnet',
  prepared: { action: { type: 'updateLeverage', asset: 0, isCross: true, leverage: 5 } },
  digest,
  signer,
  nonce: String(lastNonce++),
  expiresAfter: null,
})

/** A request in the store that was approved and signed. */
export const signedRequest = async (store: Store): Promise<StoredRequest> => {
  const [account = valueOf(await store.accounts.add(newAccount()))] = valueOf(await store.accounts.list())
  const { id } = valueOf(await store.requests.insertPrepared(newRequest(account.id)))
  valueOf(await store.requests.transition(id, 'prepared', 'approved'))
  return valueOf(await store.requests.transition(id, 'approved', 'signed', { signature: '0x01' }))
}

/** What somebody does who knows the schema: takes the triggers away, changes rows, and puts the triggers back. */
export const tamper = (path: string, sql: string): void => {
  const raw = new BetterSqlite(path)
  raw.pragma('foreign_keys = OFF')
  const triggers = raw
    .prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
    .all()
  for (const { name } of triggers) raw.exec(`DROP TRIGGER ${name}`)
  raw.exec(sql)
  for (const trigger of triggers) raw.exec(trigger.sql)
  raw.close()
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
