import { describe, expect, it } from 'vitest'
import { hashMessage } from 'viem'
import { approvalFactsOf, verifyApproval, type Approval } from '../../shared/approvals/approval.ts'
import { readApprovalText } from '../../shared/approvals/text.ts'
import { readApprovalTypedData } from '../../shared/approvals/typed-data.ts'
import { readSignatureHex, recoverAddress } from '../../shared/signature.ts'
import { loadRequest } from '../../electron/desk/load.ts'
import type { DeskPorts, DeskStep } from '../../electron/desk/ports.ts'
import { prepare } from '../../electron/desk/prepare.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { altered } from '../support/altered.ts'
import { btcTo10, must, openDesk, practiceAddress, type TestDesk } from '../support/desk.ts'
import { sign, submit } from '../support/as-shown.ts'

async function prepared(desk: TestDesk): Promise<string> {
  const outcome = must(await prepare(desk.ports, btcTo10))
  if (outcome.kind !== 'prepared') throw new Error('already set')
  return outcome.stored.id
}

/** Every text that the practice Ledger shows from now on, its lines joined. */
function shownBy({ ledger }: TestDesk): string[] {
  const shown: string[] = []
  ledger.onScreen(({ lines }) => shown.push(lines.join('')))
  return shown
}

/** Ports that tell the steps, and have `answers` pressed on the Ledger, one a question. */
function withSteps(desk: TestDesk): { ports: DeskPorts; steps: DeskStep[] } {
  const steps: DeskStep[] = []
  return { ports: { ...desk.ports, onStep: (_, step) => steps.push(step) }, steps }
}

/** Rejects the next question, before whoever approves everything else comes to it. */
function rejectNext({ ledger }: TestDesk): void {
  const stop = ledger.onScreen(() => {
    if (!ledger.asking) return
    stop()
    ledger.reject()
  })
}

const kindsOf = async (desk: TestDesk, id: string): Promise<readonly string[]> =>
  must(await desk.ports.store.history.list({ requestId: id }))
    .map(({ kind }) => kind)
    .toReversed()

describe.each(['text', 'typedData'] as const)('an account that approves in words, as %s', (form) => {
  it('asks for the words, then for the signature, and sends what was approved', async () => {
    const desk = await openDesk()
    await desk.account({ settings: { approval: form } })
    const id = await prepared(desk)
    const shown = shownBy(desk)
    const { ports, steps } = withSteps(desk)
    must(await sign(ports, id))
    expect(steps).toEqual(['approving', 'asking'])
    const text = shown.join(' ')
    expect(text).toContain('5x -> 10x')
    expect(text).toContain('hyperliquid mainnet')
    expect(text.indexOf('5x -> 10x')).toBeLessThan(text.indexOf('connectionId'))
    expect(text.slice(0, text.indexOf('5x -> 10x')).includes('Blind signing')).toBe(form === 'typedData')

    const approval = must(await ports.store.approvals.get(id))
    const { request } = must(await loadRequest(ports, id))
    expect(approval).toMatchObject({ form, signer: practiceAddress })
    expect(verifyApproval(id, request, approval, ports.now()).ok).toBe(true)
    const message = approval?.message ?? ''
    const read = form === 'text' ? readApprovalText(message) : readApprovalTypedData(JSON.parse(message))
    expect(read).toEqual(approvalFactsOf(id, request))
    if (form === 'text') {
      const signature = must(readSignatureHex(approval?.signature))
      expect(recoverAddress(hashMessage(message), signature)).toBe(practiceAddress)
    }
    expect(must(await submit(ports, id))).toMatchObject({ failure: null, stored: { state: 'applied' } })
    expect(desk.venue.applied).toMatchObject([{ leverage: 10, signer: practiceAddress }])
  })

  it('keeps the approval with its signature in a history that verifies', async () => {
    const desk = await openDesk()
    await desk.account({ settings: { approval: form } })
    const id = await prepared(desk)
    must(await sign(desk.ports, id))
    expect(await kindsOf(desk, id)).toEqual([
      'request.prepared',
      'request.approved',
      'approval.signed',
      'request.signed',
    ])
    const approval = must(await desk.ports.store.approvals.get(id))
    const rows = must(await desk.ports.store.history.list({ requestId: id }))
    const row = rows.find(({ kind }) => kind === 'approval.signed')
    expect(JSON.parse(row?.body ?? '')).toEqual({ approval })
    expect(must(await verifyHistoryFile(desk.ports.store.path)).count).toBeGreaterThan(4)
  })
})

describe('an approval on the Ledger', () => {
  it('is asked for with every setting off, as a personal message', async () => {
    const desk = await openDesk()
    await desk.account({ settings: { approval: 'text' } })
    const id = await prepared(desk)
    desk.ledger.setSettings({ rawMessages: false })
    expect(await sign(desk.ports, id)).toMatchObject({ error: { code: 'device.settingOff' } })
    expect(must(await desk.ports.store.approvals.get(id))).toMatchObject({ form: 'text' })
  })

  it('is asked for once: what was approved is not asked again when the signature is', async () => {
    const desk = await openDesk()
    await desk.account({ settings: { approval: 'text' } })
    const id = await prepared(desk)
    const { ports, steps } = withSteps(desk)
    desk.ledger.setSettings({ rawMessages: false })
    expect(await sign(ports, id)).toMatchObject({ ok: false })
    desk.ledger.setSettings({ rawMessages: true })
    must(await sign(ports, id))
    expect(steps).toEqual(['approving', 'asking', 'asking'])
    expect((await kindsOf(desk, id)).filter((kind) => kind === 'approval.signed')).toHaveLength(1)
  })

  it('leaves everything unsent when it is rejected, and can be given at another try', async () => {
    const desk = await openDesk()
    await desk.account({ settings: { approval: 'text' } })
    const id = await prepared(desk)
    rejectNext(desk)
    expect(await sign(desk.ports, id)).toMatchObject({
      error: { code: 'device.rejected', outcome: 'not-sent' },
    })
    expect(must(await desk.ports.store.approvals.get(id))).toBeNull()
    expect(must(await desk.ports.store.requests.get(id))).toMatchObject({
      state: 'approved',
      signature: null,
    })
    expect(await submit(desk.ports, id)).toMatchObject({ error: { code: 'request.wrongState' } })
    expect(await kindsOf(desk, id)).toEqual(['request.prepared', 'request.approved', 'device.failed'])
    must(await sign(desk.ports, id))
    expect(must(await desk.ports.store.approvals.get(id))).toMatchObject({ form: 'text' })
    expect(desk.venue.applied).toEqual([])
  })

  it('is not asked for where the account does not want it', async () => {
    const desk = await openDesk()
    await desk.account({ settings: { approval: 'none' } })
    const id = await prepared(desk)
    const { ports, steps } = withSteps(desk)
    must(await sign(ports, id))
    expect(steps).toEqual(['asking'])
    expect(must(await desk.ports.store.approvals.get(id))).toBeNull()
  })

  it('is too late once the request has expired, and nothing is sent then', async () => {
    const desk = await openDesk()
    await desk.account({ settings: { approval: 'text' } })
    const id = await prepared(desk)
    must(await sign(desk.ports, id))
    desk.moveClocks(16 * 60_000)
    expect(await submit(desk.ports, id)).toMatchObject({ error: { code: 'request.expired' } })
    expect(desk.venue.applied).toEqual([])
  })
})

describe('an approval that is not the one that was given', () => {
  const other = `0x${'11'.repeat(20)}` as const
  const cases: readonly (readonly [string, (approval: Approval) => Approval | null, string])[] = [
    ['none at all', () => null, 'approval.missing'],
    [
      'other words',
      (approval) => ({ ...approval, message: altered(approval.message, '10x', '20x') }),
      'approval.otherRequest',
    ],
    ['another form', (approval) => ({ ...approval, form: 'typedData' }), 'approval.otherRequest'],
    ['another signer', (approval) => ({ ...approval, signer: other }), 'approval.signerDiffers'],
    [
      'a signature over something else',
      (approval) => ({
        ...approval,
        signature: `0x${'11'.repeat(32)}${'22'.repeat(32)}1b`,
      }),
      'approval.signerDiffers',
    ],
    ['a signature that is none', (approval) => ({ ...approval, signature: '0x' }), 'approval.otherRequest'],
  ]
  it.each(cases)('keeps everything from being sent: %s', async (_, change, code) => {
    const desk = await openDesk()
    await desk.account({ settings: { approval: 'text' } })
    const id = await prepared(desk)
    must(await sign(desk.ports, id))
    const approval = must(await desk.ports.store.approvals.get(id))
    if (!approval) throw new Error('it was approved')
    const approvals = {
      ...desk.ports.store.approvals,
      get: () => Promise.resolve({ ok: true, value: change(approval) } as const),
    }
    const ports = { ...desk.ports, store: { ...desk.ports.store, approvals } }
    expect(await submit(ports, id)).toMatchObject({ ok: false, error: { code, outcome: 'not-sent' } })
    expect(desk.venue.requests.filter(({ target }) => target === 'submission')).toEqual([])
  })
})
