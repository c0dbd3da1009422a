/** The wire fields that CoinSwitch and Bybit share, and the rules over them. */
import * as v from 'valibot'
import { integer, positiveDecimal } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { RequestFacts, WireDigests, WireInput } from '../module.ts'
import { categories, setLeverageText, symbolSchema, type Category } from './request.ts'

/** Entries of the wire schema of either venue; each adds what its signature needs beside them. */
export const v5WireEntries = {
  category: v.picklist(categories),
  symbol: symbolSchema,
  buyLeverage: positiveDecimal,
  sellLeverage: positiveDecimal,
  /** Public part of the API key that signs: it is here so that an approval is for this key and no other. */
  keyId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,100}$/, 'it must be letters and digits.')),
  /** Unix ms until which the approval holds; it is not sent, for neither venue knows an expiry. */
  until: integer(0, Number.MAX_SAFE_INTEGER),
}

const v5WireSchema = v.object(v5WireEntries)

/** The wire fields that both venues have. */
export type V5Wire = v.InferOutput<typeof v5WireSchema>

function disagreement({ wire, market, from, to }: RequestFacts<V5Wire>): string | null {
  if (wire.symbol !== market.symbol) return 'market.symbol'
  if (market.id !== null) return 'market.id'
  if (wire.buyLeverage !== to.leverage) return 'to.leverage'
  if (wire.sellLeverage !== (to.sellLeverage ?? to.leverage)) return 'to.sellLeverage'
  if ((from.sellLeverage === undefined) !== (to.sellLeverage === undefined)) return 'to.sellLeverage'
  return from.isCross === to.isCross ? null : 'to.isCross'
}

const noDigests: WireDigests = { connectionId: null, domainHash: null, messageHash: null }

/** The rules that both venues share. */
export const v5Rules = {
  signedBy: 'apiKey',
  carriesMode: false,
  carriesExpiry: false,
  carriesVault: false,
  disagreement,
  nonceOf: () => null,
  expiresAfterOf: ({ until }: V5Wire) => until,
  deadlineOf: ({ until }: V5Wire) => until,
  digestsOf: () => noDigests,
  typedDataOf: () => null,
  bodyOf: (wire: V5Wire) => setLeverageText(wire),
  subjectOf: ({ wire }: RequestFacts<V5Wire>) => `key ${wire.keyId}`,
} as const

/**
 * The shared wire fields of a change. Fails with `request.venueCannot` for another margin mode, and with
 * `input.badField` where no end is given, which an approval must have.
 */
export function v5WireOf(input: WireInput, venue: string, category: Category): Result<V5Wire> {
  const { account, market, from, to, expiresAfter, keyId } = input
  if (from.isCross !== to.isCross) return fail('request.venueCannot', { venue, what: 'a margin mode' })
  if (account.vaultAddress !== null)
    return fail('request.venueCannot', { venue, what: 'a subaccount or vault' })
  if (expiresAfter === null) {
    const detail = 'a change that an API key signs must be approved until some time.'
    return fail('input.badField', { field: 'expiresInMs', detail })
  }
  return ok({
    category,
    symbol: market.symbol,
    buyLeverage: to.leverage,
    sellLeverage: to.sellLeverage ?? to.leverage,
    keyId,
    until: expiresAfter,
  })
}
