/** How the main job is done at each venue in practice. A venue without a case does not compile, and fails its tests. */
import { overAt } from '../../shared/deadline.ts'
import { ok } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { loadRequest } from '../../electron/desk/load.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { permitReading } from '../../electron/desk/read-permit.ts'
import type { KeySigner } from '../../electron/venues/port.ts'
import type { PracticeState, PracticeVenueOptions } from '../../electron/venues/practice/port.ts'
import { synthetixSubAccountOf } from '../../electron/venues/practice/synthetix-state.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { must, openDesk, practiceAddress, type TestDesk } from '../support/desk.ts'
import { practiceKeyOf } from '../v5/support.ts'
import { practiceKey as arcusKey, signerOf } from '../venues/arcus/support.ts'
import { sign } from '../support/as-shown.ts'

/** The case of one venue: a market with an open position whose leverage can be raised, and not lowered to 1. */
export interface DeskCase {
  readonly settings: JsonObject
  readonly market: string
  readonly isCross: boolean
  /** What is set in a fresh practice venue. */
  readonly from: string
  readonly to: string
  /** Too much for the market, and beside its steps. */
  readonly outOfRange: readonly string[]
  /** The API key of the account; null where the Ledger signs. */
  readonly key: KeySigner | null
  /** Whether the account is read only with a permit. */
  readonly permit: boolean
}

const plain = { settings: {}, key: null, permit: false } as const

/** The case of every venue. */
export const deskCases: { readonly [id in VenueId]: DeskCase } = {
  hyperliquid: {
    ...plain,
    market: 'BTC',
    isCross: true,
    from: '5',
    to: '10',
    outOfRange: ['41', '7.5', '0'],
  },
  compass: {
    ...plain,
    market: 'GOLD',
    isCross: false,
    from: '10',
    to: '12',
    outOfRange: ['1000', '7.5', '0'],
  },
  arcus: {
    ...plain,
    market: 'BTC-USD',
    isCross: true,
    from: '5',
    to: '10',
    outOfRange: ['41', '7.5', '0'],
    key: signerOf(arcusKey),
  },
  coinswitch: {
    ...plain,
    market: 'BTCUSDT',
    isCross: true,
    from: '5',
    to: '7.5',
    outOfRange: ['100.01', '7.505', '0'],
    key: practiceKeyOf('coinswitch'),
  },
  bybit: {
    ...plain,
    market: 'BTCUSDT',
    isCross: true,
    from: '5',
    to: '7.5',
    outOfRange: ['100.01', '7.505', '0'],
    key: practiceKeyOf('bybit'),
  },
  synthetix: {
    ...plain,
    settings: { subAccountId: synthetixSubAccountOf(practiceAddress) },
    market: 'BTC-USDT',
    isCross: true,
    from: '10',
    to: '20',
    outOfRange: ['51', '12.5', '0'],
    permit: true,
  },
}

/** A desk at a venue. */
export interface VenueDesk extends TestDesk {
  readonly ports: DeskPorts
  /** What was shown on the Ledger since the account was there: each value by its label, in lower case without spaces. */
  readonly shown: () => string
  /** How often the API key was opened for sending. */
  readonly opened: () => number
}

/** The plain change of a case, to another leverage if told. */
export const changeOf = ({ market, isCross, to }: DeskCase, leverage = to): PrepareInput => ({
  account: 'treasury',
  market,
  leverage,
  isCross,
})

function portsWith(desk: TestDesk, key: KeySigner, onOpen: () => void): DeskPorts {
  const environment = {
    practiceOrigin: desk.venue.url,
    readSigner: () => Promise.resolve(ok(key)),
    limits: desk.limits,
    now: desk.ports.now,
  }
  return {
    ...desk.ports,
    venueFor: (account) => createVenue(account, environment),
    keys: {
      of: () => Promise.resolve(ok({ keyId: key.keyId })),
      open: () => {
        onOpen()
        return Promise.resolve(ok(key))
      },
    },
  }
}

/** Opens a desk with one account at a venue, that can be read there; `more` are settings of the account beside its case's. */
export async function openDeskAt(
  venue: VenueId,
  more: JsonObject = {},
  options: PracticeVenueOptions = {},
): Promise<VenueDesk> {
  const { key, permit, ...one } = deskCases[venue]
  const settings = { ...one.settings, ...more }
  const desk = await openDesk({ slowMs: 50, ...options })
  // Nothing here is late because the machine is busy.
  Object.assign(desk.limits, { connectMs: 10_000, totalMs: 10_000 })
  desk.ledger.setSettings({ transactionHash: true })
  await desk.account({ venue, settings })
  if (permit) must(await permitReading(desk.ports, 'treasury'))
  let opened = 0
  let shown = ''
  desk.ledger.onScreen(({ lines }) => {
    // The label of a value that goes on over several screens stands on each of them.
    const [label = '', ...values] = lines.map((line) => line.trim())
    const isFirst = !/\([2-9]\d*\/\d+\)$/.test(label)
    shown += (isFirst ? `\n${label.replace(/ \(\d+\/\d+\)$/, '')}=` : '') + values.join('')
  })
  return {
    ...desk,
    ports: key === null ? desk.ports : portsWith(desk, key, () => (opened += 1)),
    shown: () => shown.toLowerCase().replaceAll(' ', ''),
    opened: () => opened,
  }
}

/** Prepares and signs a change; gives its id. */
export async function signedAt({ ports }: VenueDesk, input: PrepareInput): Promise<string> {
  const prepared = must(await prepare(ports, input))
  if (prepared.kind !== 'prepared') throw new Error('already set')
  must(await sign(ports, prepared.stored.id))
  return prepared.stored.id
}

/** What the practice venue received that may change something. */
export const submissionsTo = ({ venue }: VenueDesk) =>
  venue.requests.filter(({ target }) => target === 'submission')

/** How long it still is until nobody can apply a request any more that was sent, in ms. */
export async function msUntilOver({ ports }: VenueDesk, id: string): Promise<number> {
  const { request } = must(await loadRequest(ports, id))
  const sent = must(await ports.store.submissions.get(id))
  return overAt(request, Date.parse(sent?.startedAt ?? '')) - ports.now()
}

/** How many changes the practice venue carried out, at all of its sides together. */
export const appliedIn = ({ applied, arcus, v5, synthetix }: PracticeState): number =>
  applied.length +
  (arcus?.applied.length ?? 0) +
  (v5 ? v5.coinswitch.applied.length + v5.bybit.applied.length : 0) +
  (synthetix?.applied.length ?? 0)
