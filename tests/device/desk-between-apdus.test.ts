import { describe, expect, it } from 'vitest'
import { verifyApproval } from '../../shared/approvals/approval.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import type { PreparedRequest } from '../../shared/prepared-request.ts'
import { readSignatureHex, recoverAddress } from '../../shared/signature.ts'
import { answerQuestions } from '../../electron/cli/practice-ledger.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { prepare } from '../../electron/desk/prepare.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { findByAddress } from '../../electron/device/select.ts'
import type { StoredRequest } from '../../electron/store/port.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { changeOf, deskCases, openDeskAt } from '../conformance/desk-cases.ts'
import { must, practiceAddress } from '../support/desk.ts'
import { sign } from '../support/as-shown.ts'

/** What is signed: at Hyperliquid the approval in words, then the typed data; at Synthetix typed data. */
const signings = [
  { venue: 'hyperliquid', settings: { approval: 'text' }, questions: 2 },
  { venue: 'synthetix', settings: {}, questions: 1 },
] as const
type Signing = (typeof signings)[number]

function device(mnemonic?: string): PracticeLedger {
  const words = mnemonic === undefined ? {} : { mnemonic }
  const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true }, ...words })
  answerQuestions(ledger, 'approve')
  return ledger
}

/** Where something happens to a device: just before it gets an APDU, by its number from 1, or while that one asks. */
interface Place {
  readonly number: number
  readonly asking: boolean
}

/** Calls back at every place from now on, until it is called again. */
function watch(ledger: PracticeLedger, at: (place: Place) => void): void {
  let number = 0
  ledger.exchange = (apdu) => {
    number += 1
    at({ number, asking: false })
    const answer = PracticeLedger.prototype.exchange.call(ledger, apdu)
    if (ledger.asking) at({ number, asking: true })
    return answer
  }
}

const actAt = (ledger: PracticeLedger, place: Place, act: () => void): void =>
  watch(ledger, ({ number, asking }) => {
    if (number === place.number && asking === place.asking) act()
  })

/** A desk on which one change after the other is prepared, and what is plugged into it. */
async function deskFor({ venue, settings }: Signing) {
  const desk = await openDeskAt(venue, settings)
  const own = device()
  let plugged = own
  const ports: DeskPorts = {
    ...desk.ports,
    openLedger: (path, address) => findByAddress(practiceSource(plugged), path, address),
  }
  const prepared = async () => {
    const outcome = must(await prepare(ports, changeOf(deskCases[venue])))
    if (outcome.kind !== 'prepared') throw new Error('already set')
    return outcome
  }
  const plugIn = (ledger: PracticeLedger): void => {
    plugged = ledger
  }
  return { ports, venue: desk.venue, own, prepared, plugIn }
}
type Desk = Awaited<ReturnType<typeof deskFor>>

/** Every place of a whole signing at the desk, found by signing once. */
async function placesOf(signing: Signing): Promise<readonly Place[]> {
  const { ports, own, prepared } = await deskFor(signing)
  const { stored } = await prepared()
  const places: Place[] = []
  watch(own, (place) => places.push(place))
  must(await sign(ports, stored.id))
  return places
}

/** After a broken try: still to be signed, with nothing of that try kept but an approval that holds. */
async function expectUnsigned({ ports }: Desk, { id }: StoredRequest, request: PreparedRequest, at: string) {
  expect(must(await ports.store.requests.get(id)), at).toMatchObject({ state: 'approved', signature: null })
  const approval = must(await ports.store.approvals.get(id))
  if (approval) expect(verifyApproval(id, request, approval, ports.now()), at).toMatchObject({ ok: true })
}

/** The try that is not broken: the digest that was prepared is signed, and the words were approved once. */
async function expectSigned(
  { ports, own }: Desk,
  { id }: StoredRequest,
  request: PreparedRequest,
  at: string,
) {
  watch(own, () => undefined)
  const { state, digest, signature } = must(await sign(ports, id))
  expect({ state, digest }, at).toEqual({ state: 'signed', digest: request.digests.digest })
  expect(recoverAddress(digest, must(readSignatureHex(signature))), at).toBe(practiceAddress)
  const rows = must(await ports.store.history.list({ requestId: id }))
  const approvals = rows.filter(({ kind }) => kind === 'approval.signed').length
  expect(approvals, at).toBe(request.approval === 'none' ? 0 : 1)
}

const plugBack = (ledger: PracticeLedger): void => {
  ledger.plug()
  ledger.openApp('Ethereum')
}

/** What happens to the device, what is told of it, and how the person makes it good. A row each. */
const faults: readonly {
  readonly what: string
  readonly code: ErrorCode
  readonly act: (ledger: PracticeLedger) => void
  readonly mend: (ledger: PracticeLedger) => void
  /** Whether another device is put in first. */
  readonly stranger?: true
  /** A question stays open behind a locked screen, and goes on when the PIN is entered. */
  readonly endsQuestions: boolean
}[] = [
  {
    what: 'unplugged',
    code: 'device.unplugged',
    act: (ledger) => ledger.unplug(),
    mend: plugBack,
    endsQuestions: true,
  },
  {
    what: 'unplugged, and another device put in its place,',
    code: 'device.unplugged',
    act: (ledger) => ledger.unplug(),
    mend: plugBack,
    stranger: true,
    endsQuestions: true,
  },
  {
    what: 'locked',
    code: 'device.locked',
    act: (ledger) => ledger.lock(),
    mend: (ledger) => ledger.unlock(),
    endsQuestions: false,
  },
  {
    what: 'its app closed',
    code: 'device.noApp',
    act: (ledger) => ledger.openApp('BOLOS'),
    mend: (ledger) => ledger.openApp('Ethereum'),
    endsQuestions: true,
  },
]

const stranger = device('test test test test test test test test test test test junk')
let asked = false
stranger.onScreen(() => {
  asked ||= stranger.asking
})

/** Another Ledger is told from the right one before anything is asked on it. */
async function tryStranger(desk: Desk, id: string, at: string): Promise<void> {
  desk.plugIn(stranger)
  expect(await sign(desk.ports, id), at).toMatchObject({
    error: { code: 'device.notThisOne', outcome: 'not-sent' },
  })
  expect(asked, at).toBe(false)
  desk.plugIn(desk.own)
}

describe.each(signings)('a whole signing at $venue', { timeout: 120_000 }, (signing) => {
  it.each(faults)(
    '$what between any two APDUs: nothing of it is kept, and the next try signs',
    async (fault) => {
      const places = await placesOf(signing)
      expect(places.filter(({ asking }) => asking)).toHaveLength(signing.questions)
      expect(places.length).toBeGreaterThan(25)
      const desk = await deskFor(signing)
      for (const place of places) {
        if (place.asking && !fault.endsQuestions) continue
        const at = `${place.asking ? 'while asked by' : 'before'} APDU ${place.number}`
        const { stored, request } = await desk.prepared()
        actAt(desk.own, place, () => fault.act(desk.own))
        const broken = await sign(desk.ports, stored.id)
        // An app that is closed while it asks takes the connection with it.
        const code = place.asking ? 'device.unplugged' : fault.code
        expect(broken, at).toMatchObject({ error: { code, outcome: 'not-sent' } })
        await expectUnsigned(desk, stored, request, at)
        if (fault.stranger) await tryStranger(desk, stored.id, at)
        await expectUnsigned(desk, stored, request, at)
        fault.mend(desk.own)
        await expectSigned(desk, stored, request, at)
      }
      expect(desk.venue.requests.filter(({ target }) => target === 'submission')).toEqual([])
      must(await verifyHistoryFile(desk.ports.store.path))
    },
  )
})
