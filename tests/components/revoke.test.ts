// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { groupsOfFour } from '../../renderer/words/hex.ts'
import type { DeskClient } from '../../renderer/state/client.ts'
import { Desk } from '../../renderer/state/desk.svelte.ts'
import type { PreparedRevocationView, RequestView } from '../../shared/contract.ts'
import { failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import {
  recomputeDigests,
  type PreparedRequest,
  type UndigestedRequest,
} from '../../shared/prepared-request.ts'
import { revocationPreviewOf } from '../../shared/revocation-preview.ts'
import RequestOnDesk from './RequestOnDesk.svelte'
import { factsOf, pureCaseOf, pureCases } from '../conformance/cases.ts'
import { id, preparedRequest, requestIn, rowsOf, readyDevice } from './sample.ts'
import { cleanup, fireEvent, render, screen, within } from './testing.ts'

const otherId = '01KA6S0Q4T3Z9V8W7X6Y5Z4R15'
const plain = { sent: false, terms: null, ends: [] }
const settings = { blindSigning: false, rawMessages: true, transactionHash: false }

type Answer =
  | { readonly ok: true; readonly value: { readonly request: RequestView; readonly failure: Failure | null } }
  | { readonly ok: false; readonly error: Failure }

type Prepared = Result<PreparedRevocationView>

/** The screen of a request; what is asked of the desk is kept, and revoking is answered when `answer` is called. */
async function screenOf(
  request: RequestView,
  prepared: Prepared = ok({ kind: 'prepared', terms: null, ends: [] }),
) {
  const asked: unknown[] = []
  let answer: (answer: Answer) => void = () => undefined
  const client = {
    session: { get: () => Promise.resolve({ mode: 'real', shell: 'browser', version: '1', path: '/x' }) },
    accounts: { list: () => Promise.resolve(ok([])) },
    markets: { current: () => Promise.resolve(ok({ settings: [], leftOut: [] })) },
    requests: {
      list: () => Promise.resolve(ok([request])),
      get: () => Promise.resolve(ok(request)),
      prepareRevocation: () => Promise.resolve(prepared),
      revoke: (input: unknown) => {
        asked.push(input)
        return new Promise<Answer>((resolve) => {
          answer = resolve
        })
      },
    },
    history: {
      list: () => Promise.resolve(ok(rowsOf(request))),
      verify: () =>
        Promise.resolve(
          ok({ count: 1, head: `0x${'00'.repeat(32)}`, checkedAtMs: 0, whole: { atMs: 0, count: 1 } }),
        ),
    },
    device: { get: () => Promise.resolve(readyDevice) },
    practice: { get: () => Promise.resolve(null) },
    events: () => new Promise(() => undefined),
  } as unknown as DeskClient
  const ended = new Promise<void>(() => undefined)
  const connect = () => Promise.resolve({ client, ended })
  const desk = new Desk({ connect, window, storage: window.localStorage, retryMs: 1000 })
  const stop = desk.start()
  await expect.poll(() => desk.requests.loaded).toBe(true)
  stop()
  const { wire } = request.prepared
  desk.clock.now = 'nonce' in wire ? wire.nonce : 0
  render(RequestOnDesk, { desk, id })
  return { asked, answer: (given: Answer) => answer(given) }
}

const revokeButton = () => screen.queryByRole('button', { name: 'Revoke' })

/** Opens the dialog of a request in a state. */
async function dialogOf(state: RequestView['state'], prepared?: Prepared, request = requestIn(state)) {
  const given = await screenOf(request, prepared)
  const button = revokeButton()
  if (!button) throw new Error('revoking is not offered')
  await fireEvent.click(button)
  const dialog = within(await screen.findByRole('dialog', { name: 'Revoke this request?' }))
  await expect.poll(() => dialog.queryByText('Reading what is in force.')).toBeNull()
  return { ...given, request, dialog }
}

afterEach(cleanup)

describe('revoking on the screen of a request', () => {
  it.each(['signed', 'unknown'] as const)('is offered for what is %s', async (state) => {
    await screenOf(requestIn(state))
    expect(revokeButton()).not.toBeNull()
  })

  it.each(['prepared', 'approved', 'applied', 'refused'] as const)(
    'is not offered for what is %s',
    async (state) => {
      await screenOf(requestIn(state))
      expect(revokeButton()).toBeNull()
    },
  )

  it('asks first: it says what is sent, and asks the Ledger nothing before that was answered', async () => {
    const { asked, dialog } = await dialogOf('signed')
    expect(dialog.getByText(/An empty action on the nonce of this request is sent/)).toBeDefined()
    expect(dialog.getByText(/the request itself is never sent from here/)).toBeDefined()
    expect(asked).toEqual([])
    await fireEvent.click(dialog.getByRole('button', { name: 'Keep it' }))
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
    expect(asked).toEqual([])
  })

  it('of a request that was sent says that it may have been applied already', async () => {
    const { dialog } = await dialogOf('unknown')
    expect(dialog.getByText(/if it was applied already, revoking finds that out/)).toBeDefined()
  })

  it('shows the hash of the empty action, not of the request, and what the Ledger will show', async () => {
    const { dialog, request } = await dialogOf('signed')
    const preview = revocationPreviewOf(request.prepared, plain, 'nanoSP', settings)
    if (!preview.ok || preview.value.device.review.kind !== 'review') throw new Error('there is a preview')
    const { messageHash } = preview.value
    expect(messageHash).not.toBe(request.prepared.digests.messageHash)
    const text = (screen.getByRole('dialog').textContent ?? '').replaceAll(/\s/g, '').toLowerCase()
    expect(text).toContain(groupsOfFour(messageHash).join('').toLowerCase())
    const shown = dialog.getAllByRole('definition').map(({ textContent }) => textContent)
    expect(shown).toHaveLength(preview.value.device.review.rows.length)
  })

  it('asks the Ledger for exactly this request, once, and cannot be asked twice meanwhile', async () => {
    const { asked, answer, dialog, request } = await dialogOf('signed')
    const button = dialog.getByRole('button', { name: 'Revoke on the Ledger' })
    await fireEvent.click(button)
    await fireEvent.click(button)
    expect(asked).toEqual([{ id, terms: null }])
    answer(ok({ request: { ...request, state: 'revoked' }, failure: null }))
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
    expect(revokeButton()).toBeNull()
  })

  it('that was rejected on the Ledger stays open, says so, and can be asked again', async () => {
    const { asked, answer, dialog } = await dialogOf('signed')
    await fireEvent.click(dialog.getByRole('button', { name: 'Revoke on the Ledger' }))
    const error = failure('device.rejected')
    answer({ ok: false, error })
    expect((await dialog.findByRole('alert')).textContent).toContain(error.message)
    await fireEvent.click(dialog.getByRole('button', { name: 'Revoke on the Ledger' }))
    expect(asked).toHaveLength(2)
  })

  it('whose answer was lost says what is still open', async () => {
    const { answer, dialog, request } = await dialogOf('unknown')
    await fireEvent.click(dialog.getByRole('button', { name: 'Revoke on the Ledger' }))
    const open = failure('answer.unknown', { detail: 'the connection was cut.', request: id })
    answer(ok({ request, failure: open }))
    expect((await dialog.findByRole('alert')).textContent).toContain('the connection was cut.')
  })

  it('of a request that the venue shows to be applied asks the Ledger nothing: it is put down as that', async () => {
    const { asked, answer, dialog, request } = await dialogOf('unknown', ok({ kind: 'applied' }))
    expect(dialog.getByText(/shows 10x cross already: the request was applied/)).toBeDefined()
    expect(dialog.queryByRole('button', { name: 'Revoke on the Ledger' })).toBeNull()
    await fireEvent.click(dialog.getByRole('button', { name: 'Put it down as applied' }))
    expect(asked).toEqual([{ id, terms: null }])
    answer(ok({ request: { ...request, state: 'applied' }, failure: null }))
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
  })

  it('that cannot be prepared says why and offers nothing to sign', async () => {
    const error = failure('venue.readFailed', { venue: 'Synthetix', detail: 'HTTP 500.' })
    const { dialog } = await dialogOf('signed', { ok: false, error })
    expect(dialog.getByRole('alert').textContent).toContain(error.message)
    expect(dialog.queryByRole('button', { name: 'Revoke on the Ledger' })).toBeNull()
  })

  it('by a higher nonce signs the terms that are shown', async () => {
    const input = pureCases.synthetix.input
    const { wire } = pureCases.synthetix
    const shown = factsOf(pureCaseOf('synthetix'))
    const fields = {
      ...preparedRequest(),
      ...shown,
      venue: 'synthetix',
      wire,
      from: { ...input.from, readAtMs: 0 },
    }
    const undigested = fields as unknown as UndigestedRequest
    const prepared = { ...undigested, digests: recomputeDigests(undigested) } as PreparedRequest
    const terms = { leverage: '5', nonce: wire.nonce + 1 }
    const ends = [{ id: otherId, market: 'ETH-USDT' }]
    const { asked, dialog } = await dialogOf(
      'signed',
      ok({ kind: 'prepared', terms, ends }),
      requestIn('signed', {}, prepared),
    )
    expect(dialog.getByText(new RegExp(`useless as well: ${otherId} \\(ETH-USDT\\)`))).toBeDefined()
    await fireEvent.click(dialog.getByRole('button', { name: 'Revoke on the Ledger' }))
    expect(asked).toEqual([{ id, terms }])
  })
})
