/** What is sent to Arcus, and what else the approval of it binds: the key that will sign, and until when it may. */
import * as v from 'valibot'
import { addressSchema, check, integer } from '../../check.ts'
import { fail, type Result } from '../../errors.ts'
import type { JsonObject } from '../../history/canonical-json.ts'
import type { LeverageSetting } from '../../market.ts'
import type { RequestFacts, WireInput } from '../module.ts'
import { accountIndexSchema, readArcusSettings, type IsolatedRule } from './settings.ts'
import { keyIdSchema } from './signing.ts'

/** Number of a market (Arcus docs, `MarketId`: uint16). */
export const marketIdSchema = integer(0, 0xffff)

/** Leverage as the wire takes it; the market's own maximum is lower (Arcus docs, `SetLeverageRequest`). */
export const leverageSchema = integer(1, 1000)

/** Schema of the wire fields. */
export const arcusWireSchema = v.strictObject({
  address: addressSchema,
  accountIndex: accountIndexSchema,
  marketId: marketIdSchema,
  leverage: leverageSchema,
  /** The margin mode afterwards; null where it is not sent and so stays as it is. */
  isolated: v.nullable(v.boolean()),
  /** Public part of the API key that signs. */
  keyId: keyIdSchema,
  /** Unix ms until when the approval lets it be sent. */
  until: integer(0, Number.MAX_SAFE_INTEGER),
})

/** The wire fields of a change on Arcus. */
export type ArcusWire = v.InferOutput<typeof arcusWireSchema>

/**
 * From how long after sending, in ms, nobody can apply a request any more: the venue takes none whose time is more than
 * 30 s away from its clock (Arcus docs, `X-Timestamp`), and 5 s are for clocks that differ.
 */
export const settledAfterMs = 35_000

/** The fields of the body, with the account's index always in it: left out, the venue would take 0. */
export const bodyFields = ({
  address,
  accountIndex,
  marketId,
  leverage,
  isolated,
}: ArcusWire): JsonObject => ({
  address,
  accountIndex,
  marketId,
  leverage,
  ...(isolated === null ? {} : { isolated }),
})

const cannot = (what: string) => fail('request.venueCannot', { venue: 'Arcus', what })

function isolatedOf(rule: IsolatedRule, from: LeverageSetting, to: LeverageSetting): boolean | null {
  if (rule === 'always') return !to.isCross
  return from.isCross === to.isCross ? null : !to.isCross
}

/** Fixes the wire fields of a change. Fails with `request.venueCannot` or `input.*`. */
export function buildArcusWire(input: WireInput): Result<ArcusWire> {
  const { account, market, from, to, expiresAfter, keyId } = input
  const settings = readArcusSettings(account.settings)
  if (!settings.ok) return settings
  if (account.vaultAddress !== null) return cannot('a vault or subaccount address')
  if (to.sellLeverage !== undefined) return cannot('a leverage for buy and sell apart')
  if (expiresAfter === null) return cannot('a change without an end')
  const { accountIndex, isolated: rule } = settings.value
  const isolated = isolatedOf(rule, from, to)
  if (rule === 'never' && isolated !== null)
    return cannot('a change of the margin mode, as the account is set')
  return check(arcusWireSchema, {
    address: account.address,
    accountIndex,
    marketId: market.id ?? -1,
    leverage: Number(to.leverage),
    isolated,
    keyId,
    until: expiresAfter,
  })
}

/** The first field that is shown but is not what is sent; null when all of them agree. */
export function disagreement({
  wire,
  market,
  from,
  to,
  account,
}: Omit<RequestFacts<ArcusWire>, 'network' | 'signer'>): string | null {
  if (wire.marketId !== market.id) return 'market.id'
  if (String(wire.leverage) !== to.leverage || to.sellLeverage !== undefined) return 'to.leverage'
  const isCross = wire.isolated === null ? from.isCross : !wire.isolated
  if (isCross !== to.isCross) return 'to.isCross'
  return wire.address === account.address ? null : 'account.address'
}
