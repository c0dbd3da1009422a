import fc from 'fast-check'
import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import { mayFollow, requestStates, type RequestState } from '../../shared/request-state.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import type { Store, StoredState } from '../../electron/store/port.ts'
import {
  bodyOf,
  failureOf,
  newAccount,
  newRequest,
  newStore,
  outputOf,
  runFixture,
  signatureOver,
  signedRequest,
  tamper,
  tempDir,
  valueOf,
} from './support.ts'

const withAccount = async (store: Store): Promise<string> =>
  valueOf(await store.accounts.add(newAccount())).id

describe('a prepared request', () => {
  it('is kept exactly, and its history row holds all of it and the evidence', async () => {
    const store = await newStore()
    const request = { ...newRequest(await withAccount(store)), expiresAfter: '1795000060000' }
    const kept = valueOf(await store.requests.insertPrepared(request, { shown: ['5x cross'] }))
    expect(kept).toMatchObject({ ...request, state: 'prepared', signature: null, detail: null })
    expect(valueOf(await store.requests.get(request.id))).toEqual(kept)
    const [row] = valueOf(await store.history.list())
    expect(row).toMatchObject({ kind: 'request.prepared', requestId: request.id })
    expect(JSON.parse(row?.body ?? '')).toEqual({ request, evidence: { shown: ['5x cross'] } })
  })

  it.each<[string, object, string]>([
    ['of an account that is not here', { accountId: 'nobody' }, 'request.unknownAccount'],
    ['whose payload is not exact JSON', { prepared: { leverage: 2 ** 53 } }, 'input.badField'],
    ['whose payload has half of a character', { prepared: { asset: '\ud800' } }, 'input.badField'],
  ])('%s is refused and leaves no trace', async (_, change, code) => {
    const store = await newStore()
    const request = { ...newRequest(await withAccount(store)), ...change }
    const head = valueOf(await store.history.head())
    expect(failureOf(await store.requests.insertPrepared(request)).code).toBe(code)
    expect(failureOf(await store.requests.get(request.id)).code).toBe('request.unknown')
    expect(valueOf(await store.history.head())).toEqual(head)
  })

  it('with a nonce that another request of this signer has is refused, whatever the case of the address', async () => {
    const store = await newStore()
    const first = newRequest(await withAccount(store))
    valueOf(await store.requests.insertPrepared(first))
    const loud = `0x${first.signer.slice(2).toUpperCase()}` as const
    const second = { ...first, id: ulid(), signer: loud }
    expect(failureOf(await store.requests.insertPrepared(second))).toMatchObject({
      code: 'payload.nonceReused',
    })
    valueOf(await store.requests.insertPrepared({ ...second, network: 'mainnet' }))
  })

  it('keeps evidence from a venue that is not well-formed text', async () => {
    const store = await newStore()
    const evidence = { answer: 'x\ud800' }
    valueOf(await store.requests.insertPrepared(newRequest(await withAccount(store)), evidence))
    const [row] = valueOf(await store.history.list())
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ evidence: { answer: 'x\ufffd' } })
  })
})

describe('listing requests', () => {
  it('gives the newest first, by state and account, in pages', async () => {
    const store = await newStore()
    const accountId = await withAccount(store)
    const other = valueOf(await store.accounts.add(newAccount('Other'))).id
    const ids = ['A', 'B', 'C', 'D']
    for (const id of ids) {
      valueOf(await store.requests.insertPrepared({ ...newRequest(id === 'C' ? other : accountId), id }))
    }
    valueOf(await store.requests.transition('B', 'prepared', 'withdrawn'))
    const list = async (filter?: Parameters<Store['requests']['list']>[0]) =>
      valueOf(await store.requests.list(filter)).map(({ id }) => id)
    expect(await list()).toEqual(['D', 'C', 'B', 'A'])
    expect(await list({ states: ['prepared'], accountId })).toEqual(['D', 'A'])
    expect(await list({ limit: 2 })).toEqual(['D', 'C'])
    expect(await list({ limit: 2, before: 'C' })).toEqual(['B', 'A'])
    expect(await list({ states: [] })).toEqual([])
  })
})

type Target = Exclude<StoredState, 'prepared' | 'sending' | 'revoked'>

/** One step of any kind, by whichever door it has. */
const tryStep = async (
  store: Store,
  id: string,
  from: RequestState,
  to: Target | 'sending',
): Promise<boolean> => {
  const stored = valueOf(await store.requests.get(id))
  const body = stored.signature === null ? '{}' : bodyOf(stored)
  if (to === 'sending') return (await store.submissions.begin(id, body)).ok
  const patch = to === 'signed' ? { signature: signatureOver(stored.digest) } : {}
  return (await store.requests.transition(id, from, to, patch)).ok
}

describe('a request moves along its arrows only', () => {
  it(
    'on any sequence of attempts, each success being one row of a history that verifies',
    { timeout: 60_000 },
    async () => {
      const store = await newStore()
      const accountId = await withAccount(store)
      const targets = requestStates.filter(
        (state): state is Target | 'sending' =>
          state !== 'draft' && state !== 'prepared' && state !== 'revoked',
      )
      const attempts = fc.array(fc.tuple(fc.constantFrom(...requestStates), fc.constantFrom(...targets)), {
        maxLength: 12,
      })
      await fc.assert(
        fc.asyncProperty(attempts, async (steps) => {
          const { id } = valueOf(await store.requests.insertPrepared(newRequest(accountId)))
          const walk: RequestState[] = ['prepared']
          for (const [wish, to] of steps) {
            const here = walk.at(-1) ?? 'prepared'
            const from = to === 'sending' ? 'signed' : wish
            const moved = await tryStep(store, id, from, to)
            expect(moved).toBe(from === here && mayFollow(here, to))
            if (moved) walk.push(to)
            expect(valueOf(await store.requests.get(id)).state).toBe(walk.at(-1))
          }
          const rows = valueOf(await store.history.list({ requestId: id }))
          expect(rows.map(({ kind }) => kind).reverse()).toEqual(walk.map((state) => `request.${state}`))
        }),
        { numRuns: 60 },
      )
      expect(await verifyHistoryFile(store.path)).toMatchObject({ ok: true })
    },
  )

  it('says where it is and what to do when it cannot', async () => {
    const store = await newStore()
    const { id } = await signedRequest(store)
    valueOf(await store.submissions.begin(id, '{}'))
    const failure = failureOf(await store.requests.transition(id, 'signed', 'withdrawn'))
    expect(failure).toMatchObject({ code: 'request.wrongState', outcome: 'unknown' })
    expect(failure.message).toBe(`The request ${id} is sending; it cannot be withdrawn now.`)
    expect(failureOf(await store.requests.transition('none', 'signed', 'withdrawn')).code).toBe(
      'request.unknown',
    )
  })

  it('keeps the signature and the latest detail', async () => {
    const store = await newStore()
    const signed = await signedRequest(store)
    const { id, signature, digest } = signed
    expect(signature).toBe(signatureOver(digest))
    valueOf(await store.submissions.begin(id, bodyOf(signed)))
    valueOf(await store.requests.transition(id, 'sending', 'unknown', { detail: { why: 'timeout' } }))
    const applied = await store.requests.transition(id, 'unknown', 'applied', {
      detail: { read: '5' },
      evidence: { n: 1 },
    })
    expect(valueOf(applied)).toMatchObject({ state: 'applied', signature, detail: { read: '5' } })
    const [row] = valueOf(await store.history.list())
    expect(JSON.parse(row?.body ?? '')).toEqual({
      from: 'unknown',
      digest,
      detail: { read: '5' },
      evidence: { n: 1 },
    })
  })

  it('undoes the whole step when its history row cannot be written', async () => {
    const store = await newStore()
    const { id } = await signedRequest(store)
    const head = valueOf(await store.history.head())
    const failure = await store.requests.transition(id, 'signed', 'withdrawn', {
      evidence: { n: Number.NaN },
    })
    expect(failureOf(failure)).toMatchObject({ code: 'input.badField', field: 'evidence.n' })
    expect(valueOf(await store.requests.get(id)).state).toBe('signed')
    expect(valueOf(await store.history.head())).toEqual(head)
  })

  it('never claims "not sent" when what is said about a sending cannot be written exactly', async () => {
    const store = await newStore()
    const { id } = await signedRequest(store)
    valueOf(await store.submissions.begin(id, '{}'))
    const moved = await store.requests.transition(id, 'sending', 'unknown', { detail: { n: Number.NaN } })
    expect(failureOf(moved)).toMatchObject({ code: 'store.notRecorded', outcome: 'unknown' })
    expect(failureOf(moved).message).toContain('"detail.n"')
  })

  it.each(['{"leverage":5', '{"leverage": 50}', '[]'])(
    'is refused when its payload became %s',
    async (prepared) => {
      const store = await newStore()
      const { id } = await signedRequest(store)
      tamper(store.path, `UPDATE requests SET prepared = '${prepared}'`)
      for (const result of [await store.requests.get(id), await store.requests.list()]) {
        expect(failureOf(result)).toMatchObject({ code: 'request.altered', field: 'prepared' })
      }
    },
  )

  it('takes a signature with the step to signed, and with no other: anything else is a bug', async () => {
    const store = await newStore()
    const { id } = valueOf(await store.requests.insertPrepared(newRequest(await withAccount(store))))
    const approved = store.requests.transition(id, 'prepared', 'approved', { signature: '0x01' })
    await expect(approved).rejects.toThrow('signature')
    valueOf(await store.requests.transition(id, 'prepared', 'approved'))
    await expect(store.requests.transition(id, 'approved', 'signed')).rejects.toThrow('signature')
  })
})

describe('of two who move the same request at once exactly one wins', () => {
  it('on two connections', { timeout: 60_000 }, async () => {
    const dir = tempDir()
    const [one, two] = [await newStore(dir), await newStore(dir)]
    for (let round = 0; round < 20; round++) {
      const { id } = await signedRequest(one)
      const both = await Promise.all([one.submissions.begin(id, '{}'), two.submissions.begin(id, '{}')])
      expect(both.filter((result) => result.ok)).toHaveLength(1)
      expect(both.flatMap((result) => (result.ok ? [] : [result.error.code]))).toEqual(['request.wrongState'])
    }
  })

  it('in two processes', { timeout: 60_000 }, async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    const ids: string[] = []
    for (let n = 0; n < 40; n++) ids.push((await signedRequest(store)).id)
    const children = [runFixture('send', dir, ...ids), runFixture('send', dir, ...ids)]
    for (const child of children) await child.lines.next()
    for (const child of children) child.process.stdin?.write('go\n')
    const lines = (await Promise.all(children.map(outputOf))).flat()
    const expected = ids.flatMap((id) => [`${id} request.wrongState`, `${id} won`])
    expect(lines.toSorted()).toEqual(expected.toSorted())
    expect(await verifyHistoryFile(store.path)).toMatchObject({ ok: true })
  })
})
