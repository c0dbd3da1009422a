/** What the rules of each venue are held against. A venue without a case does not compile, and fails its tests. */
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { wholeSteps, type Market } from '../../shared/market.ts'
import { acceptPrepared, readPrepared } from '../../shared/venues/compass/prepared.ts'
import { agentTypedData, digestsOf } from '../../shared/venues/hyperliquid/digest.ts'
import type { HyperliquidWire } from '../../shared/venues/hyperliquid/wire.ts'
import type { RequestFacts, WireInput } from '../../shared/venues/module.ts'
import { walletOf } from '../../shared/venues/synthetix/fields.ts'
import { venueModules, type VenueId } from '../../shared/venues/registry.ts'
import type { Wires } from '../../shared/venues/wires.ts'
import { practiceOnlyArcusKey } from '../../electron/venues/practice/arcus-state.ts'
import { practiceUsers } from '../../electron/venues/practice/state.ts'
import { practiceOnlyBybitKey, practiceOnlyCoinSwitchKey } from '../../electron/venues/practice/v5-state.ts'
import { must } from '../support/desk.ts'

const [owner = '0x', other = '0x'] = practiceUsers

/** A time in the middle of everything, Unix ms. */
export const nowMs = Date.UTC(2026, 10, 27, 12)

/** The answer of a venue to a submission. */
interface Answer {
  readonly status: number
  readonly body: string
}

/** The case of one venue. */
export interface PureCase<W> {
  readonly settings: JsonObject
  readonly input: WireInput
  readonly wire: W
  /** Another value that each field of the wire can have; null where there is only one. */
  readonly others: Readonly<Record<string, string | number | boolean | null>>
  /** Fields that may be null. */
  readonly nullable: readonly string[]
  /** Fields that the Ledger's signature for the venue does not cover: they say how it is sent. */
  readonly unsigned: readonly string[]
  /** A request in which the account shown is not the one in the payload, and the field that says so; null where the payload names none. */
  readonly otherAccount: { readonly change: Partial<RequestFacts<W>>; readonly field: string } | null
  readonly accepted: Answer
  /** A refusal with the words that must reach the person. */
  readonly refused: Answer & { readonly words: string }
}

const market = (symbol: string, id: number | null, change: Partial<Market> = {}): Market => ({
  ...wholeSteps,
  symbol,
  id,
  maxLeverage: 40,
  crossAllowed: true,
  isolatedAllowed: true,
  delisted: false,
  ...change,
})

const inputOf = (
  settings: JsonObject,
  of: Market,
  keyId = '',
  change: Partial<WireInput> = {},
): WireInput => ({
  account: {
    name: 'treasury',
    network: 'mainnet',
    address: owner,
    signer: owner,
    vaultAddress: null,
    settings,
  },
  network: 'mainnet',
  market: of,
  from: { leverage: '5', isCross: true },
  to: { leverage: '10', isCross: true },
  nonce: nowMs,
  expiresAfter: nowMs + 900_000,
  keyId,
  ...change,
})

const actionFields = {
  'action.type': null,
  'action.asset': 7,
  'action.isCross': false,
  'action.leverage': 11,
  nonce: nowMs + 1,
  vaultAddress: other,
  expiresAfter: nowMs + 1_000,
}

const btc = inputOf({}, market('BTC', 0))
const hyperliquidWire = must(venueModules.hyperliquid.buildWire(btc))
const done = { status: 'ok', response: { type: 'default' } }
const noMargin = 'Cross position does not have sufficient margin available to decrease leverage.'

function preparedByCompass(): HyperliquidWire {
  const action = { type: 'updateLeverage', asset: 110_000, isCross: true, leverage: 10 } as const
  const context = { nonce: nowMs, vaultAddress: null, expiresAfter: null }
  const { connectionId } = digestsOf(action, context, 'mainnet')
  const typed_data = agentTypedData(connectionId, 'mainnet')
  const prepared = must(readPrepared({ leverage_ok: false, typed_data, action, nonce: nowMs }))
  if (prepared.kind === 'alreadySet') throw new Error('there is nothing to sign')
  const asked = { leverage: '10', isCross: true, assetId: 110_000, market: 'AAPL', nowMs }
  const accepted = must(acceptPrepared(prepared, asked))
  return { action: accepted.action, ...accepted.context }
}

const arcusInput = inputOf({}, market('BTC-USD', 1), practiceOnlyArcusKey.keyId)
const arcusAnswer = { address: owner, accountIndex: 0, marketId: 1 }

const hundredths: Partial<Market> = { maxLeverage: 100, leverageStep: 0.01 }
const coinSwitchInput = inputOf({}, market('BTCUSDT', null, hundredths), practiceOnlyCoinSwitchKey.keyId)
const bybitInput = inputOf({}, market('BTCUSDT', null, hundredths), practiceOnlyBybitKey.keyId)

const v5Fields = {
  symbol: 'ETHUSDT',
  buyLeverage: '11.5',
  sellLeverage: '11.5',
  keyId: 'anotherKey1',
  until: nowMs + 1_000,
}
const v5Answers = {
  accepted: { status: 200, body: '{"retCode":0,"retMsg":"OK","result":{},"retExtInfo":{},"time":1}' },
  refused: {
    status: 200,
    body: '{"retCode":110044,"retMsg":"available margin is insufficient"}',
    words: 'available margin is insufficient',
  },
}

const subAccount: JsonObject = { subAccountId: '1867542890123456789' }
const synthetixInput = inputOf(subAccount, market('BTC-USDT', null))

/** The case of every venue. */
export const pureCases: { readonly [id in VenueId]: PureCase<Wires[id]> } = {
  hyperliquid: {
    settings: {},
    input: btc,
    wire: hyperliquidWire,
    others: actionFields,
    nullable: ['vaultAddress', 'expiresAfter'],
    unsigned: [],
    otherAccount: {
      change: { wire: { ...hyperliquidWire, vaultAddress: other } },
      field: 'account.address',
    },
    accepted: { status: 200, body: JSON.stringify(done) },
    refused: { status: 200, body: JSON.stringify({ status: 'err', response: noMargin }), words: noMargin },
  },
  compass: {
    settings: { pathPrefix: '/v2/perpetual_trading' },
    input: inputOf({}, market('AAPL', 110_000), '', { expiresAfter: null }),
    wire: preparedByCompass(),
    others: actionFields,
    nullable: ['vaultAddress', 'expiresAfter'],
    unsigned: [],
    otherAccount: null,
    accepted: { status: 200, body: JSON.stringify(done) },
    refused: {
      status: 200,
      body: JSON.stringify({ status: 'error', response: { status: 'err', response: noMargin } }),
      words: noMargin,
    },
  },
  arcus: {
    settings: { accountIndex: 0 },
    input: arcusInput,
    wire: must(venueModules.arcus.buildWire(arcusInput)),
    others: {
      address: other,
      accountIndex: 3,
      marketId: 2,
      leverage: 11,
      isolated: true,
      keyId: 'ab'.repeat(32),
      until: nowMs + 1_000,
    },
    nullable: ['isolated'],
    unsigned: [],
    otherAccount: { change: { account: { name: 'treasury', address: other } }, field: 'account.address' },
    accepted: { status: 200, body: JSON.stringify({ ...arcusAnswer, leverage: 10, status: 'APPLIED' }) },
    refused: {
      status: 422,
      body: JSON.stringify({
        ...arcusAnswer,
        leverage: 5,
        status: 'REJECTED',
        rejectReason: 'UNDERCOLLATERALIZED',
      }),
      words: '5x is still in force',
    },
  },
  coinswitch: {
    settings: { epochUnit: 'milliseconds' },
    input: coinSwitchInput,
    wire: must(venueModules.coinswitch.buildWire(coinSwitchInput)),
    others: { ...v5Fields, category: null, epochUnit: 'seconds', signatureLifeSeconds: 120 },
    nullable: [],
    unsigned: [],
    otherAccount: null,
    ...v5Answers,
  },
  bybit: {
    settings: { recvWindowMs: 5000 },
    input: bybitInput,
    wire: must(venueModules.bybit.buildWire(bybitInput)),
    others: { ...v5Fields, category: 'inverse', recvWindowMs: 9000 },
    nullable: [],
    unsigned: [],
    otherAccount: null,
    ...v5Answers,
  },
  synthetix: {
    settings: subAccount,
    input: synthetixInput,
    wire: must(venueModules.synthetix.buildWire(synthetixInput)),
    others: {
      subAccountId: '1867542890123456780',
      walletAddress: walletOf(other),
      symbol: 'ETH-USDT',
      leverage: '11',
      nonce: nowMs + 1,
      expiresAfter: nowMs + 1_000,
      expiresAfterUnit: 's',
      bodyShape: 'B',
    },
    nullable: [],
    unsigned: ['walletAddress', 'expiresAfterUnit', 'bodyShape'],
    otherAccount: { change: { signer: { address: other, path: "44'/60'/0'/0/1" } }, field: 'signer.address' },
    accepted: {
      status: 200,
      body: JSON.stringify({
        status: 'ok',
        response: { symbol: 'BTC-USDT', previousLeverage: '5', newLeverage: '10' },
      }),
    },
    refused: {
      status: 200,
      body: JSON.stringify({
        status: 'error',
        error: { code: 'INSUFFICIENT_MARGIN', message: 'Not enough margin' },
      }),
      words: 'Not enough margin',
    },
  },
}

/** The case of a venue, over the wire fields of any. */
export const pureCaseOf = (id: VenueId): PureCase<Wires[VenueId]> => pureCases[id]

/** What the rules look at in the case of a venue. */
export const factsOf = ({ input, wire }: PureCase<Wires[VenueId]>): RequestFacts<Wires[VenueId]> => ({
  network: input.network,
  account: { name: input.account.name, address: input.account.address },
  signer: { address: input.account.signer, path: "44'/60'/0'/0/0" },
  market: { symbol: input.market.symbol, id: input.market.id, maxLeverage: input.market.maxLeverage },
  from: input.from,
  to: input.to,
  wire,
})
