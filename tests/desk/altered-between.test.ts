import { describe, expect, it } from 'vitest'
import BetterSqlite from 'better-sqlite3'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { revoke } from '../../electron/desk/revoke.ts'
import { sign } from '../../electron/desk/sign.ts'
import { signHeadWithLedger } from '../../electron/desk/sign-head.ts'
import { submit } from '../../electron/desk/submit.ts'
import { exportFolder } from '../../electron/export/folder.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { StoredRequest } from '../../electron/store/port.ts'
import { nextRow, type HistoryRow } from '../../shared/history/chain.ts'
import { must, openDesk, type TestDesk } from '../support/desk.ts'
import { attack } from '../support/proven.ts'
import { failureOf, tamper } from '../store/support.ts'

const shown: PrepareInput = { account: 'treasury', market: 'BTC', leverage: '2', isCross: false }
const wanted: PrepareInput = { account: 'treasury', market: 'BTC', leverage: '40', isCross: true }

const prepared = async ({ ports }: TestDesk, input: PrepareInput): Promise<StoredRequest> => {
  const outcome = must(await prepare(ports, input))
  if (outcome.kind !== 'prepared') throw new Error('already set')
  return outcome.stored
}

interface Rows {
  readonly prepared: string
  readonly body: string
  readonly seq: number
}

const rowsOf = ({ ports }: TestDesk, id: string): Rows => {
  const raw = new BetterSqlite(ports.store.path, { readonly: true })
  const sql = `SELECT requests.prepared, history.body, history.seq FROM requests
    JOIN history ON history.request_id = requests.id AND kind = 'request.prepared' WHERE requests.id = ?`
  const found = raw.prepare<[string], Rows>(sql).get(id)
  raw.close()
  if (!found) throw new Error('it is there')
  return found
}

/** What the desk asked and sent: the screens of the Ledger and the submissions that the venue got. */
const asked = ({ venue }: TestDesk) => venue.requests.filter(({ target }) => target === 'submission').length

/** Counts questions on the Ledger. */
function questionsOf({ ledger }: TestDesk) {
  let count = 0
  ledger.onScreen(() => {
    if (ledger.asking) count += 1
  })
  return () => count
}

/** A desk with the request that a person is shown, and the one that somebody else wants to have signed in its place. */
async function bothPrepared() {
  const desk = await openDesk()
  await desk.account()
  const mine = await prepared(desk, shown)
  const theirs = await prepared(desk, wanted)
  return { desk, mine, theirs }
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** SQL that puts all of the other request in the place of the one that was shown, and takes the other one away. */
function replacing({ desk, mine, theirs }: Awaited<ReturnType<typeof bothPrepared>>): string {
  const { prepared: document } = rowsOf(desk, theirs.id)
  return `DELETE FROM requests WHERE id = ${text(theirs.id)};
    UPDATE requests SET prepared = ${text(document)}, digest = ${text(theirs.digest)}, nonce = ${text(theirs.nonce ?? '')},
      expires_after = ${text(theirs.expiresAfter ?? '')} WHERE id = ${text(mine.id)};`
}

/** SQL that rewrites the history from one row on, each hash computed anew, with its bodies changed. */
function rewriting({ ports }: TestDesk, from: number, change: (row: HistoryRow) => string): string {
  const raw = new BetterSqlite(ports.store.path, { readonly: true })
  const sql =
    'SELECT seq, at, kind, request_id AS requestId, body, prev_hash AS prevHash, hash FROM history ORDER BY seq'
  const rows = raw.prepare<[], HistoryRow>(sql).all()
  raw.close()
  let before = rows[from - 2]
  return rows
    .slice(from - 1)
    .map((row) => {
      const { at, kind, requestId } = row
      const made = nextRow(before ?? null, { at, kind, requestId, body: change(row) })
      before = made
      return `UPDATE history SET body = ${text(made.body)}, prev_hash = '${made.prevHash}', hash = '${made.hash}' WHERE seq = ${row.seq};`
    })
    .join('\n')
}

const altered = { code: 'request.altered', outcome: 'not-sent' }

/** Nothing that acts on the request goes on, whichever digest is named; the Ledger and the venue are left alone. */
async function expectRefused(desk: TestDesk, id: string, digests: readonly string[]) {
  const questions = questionsOf(desk)
  for (const digest of digests) {
    expect(failureOf(await sign(desk.ports, id, digest))).toMatchObject(altered)
    expect(failureOf(await submit(desk.ports, id, digest)).code).toBe('request.altered')
  }
  expect(failureOf(await revoke(desk.ports, id)).code).toBe('request.altered')
  expect(failureOf(await reconcile(desk.ports, id)).code).toBe('request.altered')
  expect([questions(), asked(desk)]).toEqual([0, 0])
}

attack(
  'process',
  'replaces a prepared request in the database between its preview and its signature: 2x isolated was shown, 40x cross stands there',
  'request.altered, whichever digest is named, also after a restart; the Ledger is not asked and nothing is sent',
  async () => {
    const both = await bothPrepared()
    const { desk, mine, theirs } = both
    tamper(desk.ports.store.path, replacing(both))
    await expectRefused(desk, mine.id, [mine.digest, theirs.digest])
    const store = must(await openStore({ dir: desk.dir, mode: 'practice', now: desk.ports.now }))
    await expectRefused({ ...desk, ports: { ...desk.ports, store } }, mine.id, [mine.digest, theirs.digest])
    await store.close()
  },
)

attack(
  'process',
  'replaces it in its history row too, with a hash that fits that row',
  'request.altered: the row after it does not follow',
  async () => {
    const both = await bothPrepared()
    const { desk, mine, theirs } = both
    const { seq, body } = rowsOf(desk, mine.id)
    const other = rowsOf(desk, theirs.id).body.replace(theirs.id, mine.id)
    const sql = replacing(both)
    const first = rewriting(desk, seq, (row) => (row.seq === seq ? other : row.body)).split('\n')[0] ?? ''
    expect(other).not.toBe(body)
    tamper(desk.ports.store.path, `${sql}\n${first}`)
    await expectRefused(desk, mine.id, [mine.digest, theirs.digest])
  },
)

attack(
  'process',
  'replaces it in its history row too, and computes every later hash anew',
  'the digest that was shown is not stored any more: request.altered; the Ledger is not asked and nothing is sent',
  async () => {
    const both = await bothPrepared()
    const { desk, mine, theirs } = both
    const { seq } = rowsOf(desk, mine.id)
    const other = rowsOf(desk, theirs.id)
    const emptied = `{"request":"none"}`
    const change = (row: HistoryRow): string => {
      if (row.seq === seq) return other.body.replace(theirs.id, mine.id)
      return row.seq === other.seq ? emptied : row.body
    }
    tamper(
      desk.ports.store.path,
      `${replacing(both)}\n${rewriting(desk, seq, change)}
       UPDATE history SET kind = 'test.noted', request_id = NULL WHERE seq = ${other.seq};`,
    )
    const questions = questionsOf(desk)
    expect(failureOf(await sign(desk.ports, mine.id, mine.digest))).toMatchObject(altered)
    expect([questions(), asked(desk)]).toEqual([0, 0])
  },
)

describe('a request that is signed', () => {
  const signedRequest = async () => {
    const desk = await openDesk()
    await desk.account({ name: 'treasury' })
    const stored = await prepared(desk, { ...shown, leverage: '10', isCross: true })
    return { desk, stored: must(await sign(desk.ports, stored.id, stored.digest)) }
  }

  const edits: readonly (readonly [string, string, string])[] = [
    ['its signature', `UPDATE requests SET signature = '0x${'11'.repeat(65)}'`, 'request.altered'],
    ['its state', `UPDATE requests SET state = 'refused'`, 'request.altered'],
    [
      'its time of creation',
      `UPDATE requests SET created_at = '2026-01-01T00:00:00.000Z'`,
      'request.altered',
    ],
    [
      'the body of its history row',
      `UPDATE history SET body = '{}' WHERE kind = 'request.signed'`,
      'request.altered',
    ],
    [
      'its history, of which a row is gone',
      `DELETE FROM history WHERE kind = 'request.approved'`,
      'request.altered',
    ],
    ['the path of its account', `UPDATE accounts SET path = '44''/60''/0''/0/1'`, 'store.accountAltered'],
    [
      'the signer of its account',
      `UPDATE accounts SET signer = '0x${'22'.repeat(20)}'`,
      'store.accountAltered',
    ],
    [
      'the vault of its account',
      `UPDATE accounts SET vault_address = '0x${'22'.repeat(20)}'`,
      'store.accountAltered',
    ],
    [
      'the settings of its account',
      `UPDATE accounts SET settings = '{"approval":"text"}'`,
      'store.accountAltered',
    ],
    ['the network of its account', `UPDATE accounts SET network = 'testnet'`, 'store.accountAltered'],
  ]

  it.each(edits)('is not sent and not revoked where somebody changed %s', async (_, sql, code) => {
    const { desk, stored } = await signedRequest()
    tamper(desk.ports.store.path, sql)
    const questions = questionsOf(desk)
    for (const tried of [
      await submit(desk.ports, stored.id, stored.digest),
      await sign(desk.ports, stored.id, stored.digest),
      await revoke(desk.ports, stored.id),
    ])
      expect(failureOf(tried)).toMatchObject({ code, outcome: 'not-sent' })
    expect([questions(), asked(desk)]).toEqual([0, 0])
  })

  it('is not sent under another digest than it has, and is under its own, in any case of letters', async () => {
    const { desk, stored } = await signedRequest()
    const other = `0x${'00'.repeat(32)}`
    expect(failureOf(await submit(desk.ports, stored.id, other))).toMatchObject({
      ...altered,
      field: 'digest',
    })
    expect(asked(desk)).toBe(0)
    const digest = `0x${stored.digest.slice(2).toUpperCase()}`
    expect(must(await submit(desk.ports, stored.id, digest))).toMatchObject({
      failure: null,
      stored: { state: 'applied' },
    })
  })

  it('that was sent and is altered then may have been applied, and is never said to be unsent', async () => {
    const { desk, stored } = await signedRequest()
    desk.venue.failNext('resetAfterApply')
    expect(must(await submit(desk.ports, stored.id, stored.digest)).stored.state).toBe('unknown')
    tamper(desk.ports.store.path, `UPDATE requests SET state = 'signed'`)
    for (const tried of [
      await submit(desk.ports, stored.id, stored.digest),
      await reconcile(desk.ports, stored.id),
    ])
      expect(failureOf(tried)).toMatchObject({ code: 'request.altered', outcome: 'unknown' })
    expect(asked(desk)).toBe(1)
  })
})

attack(
  'edit',
  'changes a row of the history after the newest head, or what a signature in it says',
  'no head is signed, by the desk or by a Ledger, and nothing is exported',
  async () => {
    const desk = await openDesk()
    await desk.account()
    const stored = await prepared(desk, shown)
    const { seq, body } = rowsOf(desk, stored.id)
    const leverage = body.replaceAll('"leverage":"2"', '"leverage":"3"')
    expect(leverage).not.toBe(body)
    tamper(
      desk.ports.store.path,
      rewriting(desk, seq, (row) => (row.seq === seq ? leverage : row.body)),
    )
    const { store } = desk.ports
    const questions = questionsOf(desk)
    const refused = { code: 'history.rowAltered' }
    expect(failureOf(await store.heads.sign())).toMatchObject(refused)
    expect(failureOf(await signHeadWithLedger(desk.ports, 'treasury'))).toMatchObject(refused)
    expect(failureOf(await exportFolder(store, `${desk.dir}/out`))).toMatchObject(refused)
    expect(questions()).toBe(0)
  },
)
