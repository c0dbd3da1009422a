/** API keys in words: until when, what they may do, and what seals them. */
import type { ApiKeyView, SealingView } from '../../shared/contract.ts'
import { keyLifeOf, tellsPermissions, type KeyLife } from '../../shared/keys.ts'
import type { Tone } from './states.ts'
import { remainderText, utcDate, utcMinute } from './time.ts'

const day = 86_400_000

const left = (ms: number, nowMs: number): string =>
  ms - nowMs >= 2 * day ? `${Math.floor((ms - nowMs) / day)} days` : (remainderText(ms, nowMs) ?? '')

const tones: { readonly [life in KeyLife]: Tone } = {
  endless: 'plain',
  good: 'plain',
  ending: 'caution',
  over: 'danger',
}

/** Until when a key is good: "20 Nov 2026 14:00 UTC, in 9 days". */
export function untilText(
  { expiresAt, permissions }: Pick<ApiKeyView, 'expiresAt' | 'permissions'>,
  nowMs: number,
): string {
  // A venue that told what a key may do was asked about its end as well.
  if (expiresAt === null) return permissions === null ? 'not known' : 'no end told'
  const ms = Date.parse(expiresAt)
  const at = `${utcDate(ms)} ${utcMinute(ms)} UTC`
  return keyLifeOf(expiresAt, nowMs) === 'over' ? `${at}, over` : `${at}, in ${left(ms, nowMs)}`
}

/** How near its end a key is, as a tone. */
export const lifeTone = ({ expiresAt }: Pick<ApiKeyView, 'expiresAt'>, nowMs: number): Tone =>
  tones[keyLifeOf(expiresAt, nowMs)]

/** What a key may do, in the venue's words. */
export function mayText({ venue, permissions }: Pick<ApiKeyView, 'venue' | 'permissions'>): string {
  if (permissions !== null) return permissions.join(', ') || 'nothing'
  return tellsPermissions(venue) ? 'told when it is tested' : 'not told by the venue'
}

/** What a key is sealed by. */
export const sealedText = ({ sealedBy }: Pick<ApiKeyView, 'sealedBy'>): string =>
  sealedBy === 'keyring' ? 'keyring' : 'passphrase'

/** Until when the passphrase is kept; null while it is not, or where no key needs one. */
export const unlockedText = (sealing: SealingView | null, nowMs: number): string | null =>
  sealing !== null && sealing.unlockedUntilMs !== null && sealing.unlockedUntilMs > nowMs
    ? `${utcMinute(sealing.unlockedUntilMs)} UTC`
    : null
