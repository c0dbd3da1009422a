/** What is worth saying about a payload's numbers and times, although it changes no verdict. */
import type { UpdateLeverage } from '../venues/hyperliquid/action.ts'
import type { ActionContext } from '../venues/hyperliquid/digest.ts'
import { assetKind, type AssetKind } from '../venues/hyperliquid/markets.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const month = 30.44 * day

/** A span of time in the largest unit that gives a whole number of at least two. */
export function spanText(ms: number): string {
  const units = [
    ['months', month],
    ['days', day],
    ['hours', hour],
    ['minutes', minute],
  ] as const
  for (const [name, length] of units) if (ms >= 2 * length) return `${Math.floor(ms / length)} ${name}`
  return `${Math.floor(ms / 1000)} seconds`
}

const latestDate = 8.64e15
const dateText = (ms: number): string =>
  ms <= latestDate ? new Date(ms).toISOString() : 'a time beyond all calendars'

const unusualKinds: Partial<Record<AssetKind, string>> = {
  spot: 'a spot pair, which has no leverage',
  outcome: 'an outcome market, which has no leverage',
  unassigned: 'a number that no market has',
}

/** The venue takes a nonce from two days ago to one day ahead. */
const nonceWindow = { past: 2 * day, future: day } as const

function nonceNote(nonce: number, nowMs: number): readonly string[] {
  const age = nowMs - nonce
  if (nonce > 1e9 && nonce < 1e11)
    return [
      `The nonce ${nonce} looks like seconds; the venue counts in milliseconds and takes no such nonce.`,
    ]
  if (age > nonceWindow.past)
    return [`The nonce is ${spanText(age)} old (${dateText(nonce)}); the venue takes none older than 2 days.`]
  if (-age > nonceWindow.future)
    return [
      `The nonce is ${spanText(-age)} ahead (${dateText(nonce)}); the venue takes none further ahead than 1 day.`,
    ]
  return []
}

/** Notes on the market number, the leverage, the nonce and the expiry. `nowMs` is Unix time in ms. */
export function plausibilityNotes(
  { asset, leverage }: UpdateLeverage,
  { nonce, expiresAfter }: ActionContext,
  nowMs: number,
): readonly string[] {
  const kind = unusualKinds[assetKind(asset)]
  return [
    ...(kind === undefined ? [] : [`Market number ${asset} is ${kind}.`]),
    ...(leverage > 50 ? [`${leverage}x is more than Hyperliquid is known to allow anywhere.`] : []),
    ...nonceNote(nonce, nowMs),
    ...(expiresAfter !== null && expiresAfter <= nowMs ? [`It expired at ${dateText(expiresAfter)}.`] : []),
    ...(expiresAfter === null
      ? ['It has no expiry: once signed it can be used until its nonce is too old, about 2 days.']
      : []),
  ]
}
