import { describe, expect, it } from 'vitest'
import { bodyOf, failureOf, newAccount, newRequest, newStore, signedRequest, valueOf } from './support.ts'

describe('a submission', () => {
  it('is on the disk with its exact body before it is sent', async () => {
    const store = await newStore()
    const { id } = await signedRequest(store)
    const body = '{ "a": 1.0,\n"b": "é\u0000\u{1f600}" }'
    const begun = valueOf(await store.submissions.begin(id, body, { host: 'api.hyperliquid-testnet.xyz' }))
    expect(begun).toMatchObject({ requestId: id, body, answeredAt: null, outcome: null })
    expect(valueOf(await store.submissions.get(id))).toEqual(begun)
    expect(valueOf(await store.requests.get(id)).state).toBe('sending')
    // No head is signed over a body that the request does not give, which is noted; the row itself is what is asked for.
    const [row] = valueOf(await store.history.list({ kinds: ['request.sending'] }))
    expect(row).toMatchObject({ requestId: id })
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ submission: { id: begun.id, body } })
  })

  it('is refused before the request is signed, and for a request that is not here', async () => {
    const store = await newStore()
    const account = valueOf(await store.accounts.add(newAccount()))
    const { id } = valueOf(await store.requests.insertPrepared(newRequest(account.id)))
    expect(failureOf(await store.submissions.begin(id, '{}'))).toMatchObject({
      code: 'request.wrongState',
      outcome: 'not-sent',
    })
    expect(failureOf(await store.submissions.begin('none', '{}')).code).toBe('request.unknown')
    expect(valueOf(await store.submissions.get(id))).toBeNull()
  })

  it('is refused when its body could not be kept exactly', async () => {
    const store = await newStore()
    const { id } = await signedRequest(store)
    expect(failureOf(await store.submissions.begin(id, 'half \ud800')).code).toBe('input.badField')
    expect(valueOf(await store.requests.get(id)).state).toBe('signed')
  })

  it('is completed once, and the answer never changes', async () => {
    const store = await newStore()
    const { id } = await signedRequest(store)
    valueOf(await store.submissions.begin(id, '{}'))
    const answer = { outcome: 'accepted', httpStatus: 200, answer: '{"status":"ok"}' } as const
    const done = valueOf(await store.submissions.complete(id, answer))
    expect(done).toMatchObject(answer)
    expect(valueOf(await store.requests.get(id)).state).toBe('sending')
    const again = await store.submissions.complete(id, { outcome: 'refused', httpStatus: 200, answer: 'no' })
    expect(failureOf(again).code).toBe('request.wrongState')
    expect(valueOf(await store.submissions.get(id))).toEqual(done)
    expect(failureOf(await store.submissions.complete('none', answer)).code).toBe('request.unknown')
  })

  it.each(['refused', 'unknown', 'applied'] as const)(
    'settles the request as %s in the same step',
    async (to) => {
      const store = await newStore()
      const signed = await signedRequest(store)
      const { id } = signed
      valueOf(await store.submissions.begin(id, bodyOf(signed)))
      const outcome = to === 'applied' ? 'accepted' : to
      const settle = { to, detail: { why: 'test' } }
      valueOf(await store.submissions.complete(id, { outcome, httpStatus: null, answer: null, settle }))
      expect(valueOf(await store.requests.get(id))).toMatchObject({ state: to, detail: { why: 'test' } })
      const kinds = valueOf(await store.history.list({ limit: 2 })).map(({ kind }) => kind)
      expect(kinds).toEqual([`request.${to}`, 'submission.answered'])
    },
  )

  it('may be answered after its request was put down as unknown, but then does not settle it', async () => {
    const store = await newStore()
    const { id } = await signedRequest(store)
    valueOf(await store.submissions.begin(id, '{}'))
    valueOf(await store.requests.transition(id, 'sending', 'unknown'))
    const late = { outcome: 'refused', httpStatus: 200, answer: 'late' } as const
    const settled = await store.submissions.complete(id, { ...late, settle: { to: 'refused' } })
    expect(failureOf(settled)).toMatchObject({ code: 'request.wrongState', outcome: 'unknown' })
    expect(valueOf(await store.submissions.get(id))).toMatchObject({ outcome: null })
    expect(valueOf(await store.submissions.complete(id, late))).toMatchObject(late)
  })

  it('keeps an answer that is huge or not well-formed as far as it can', async () => {
    const store = await newStore()
    const { id } = await signedRequest(store)
    valueOf(await store.submissions.begin(id, '{}'))
    const answer = `\udc00${'x'.repeat(65_534)}\u{1f600}${'y'.repeat(1_000_000)}`
    const done = valueOf(
      await store.submissions.complete(id, { outcome: 'unknown', httpStatus: 502, answer }),
    )
    expect(done.answer).toBe(`\ufffd${'x'.repeat(65_534)}\ufffd`)
  })
})
