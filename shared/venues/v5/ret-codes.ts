/**
 * What the `retCode` of an answer means for a change of leverage. 0 and 110043 are certain at both venues (CoinSwitch PRO
 * HFT reference, Set Leverage; Bybit V5 docs, error). The others are Bybit's; that CoinSwitch uses the same is inferred.
 */

/**
 * - `applied`: it says that it is done
 * - `alreadySet`: the leverage was so before
 * - `refused`: it certainly did nothing
 * - `notProcessed`: it certainly did nothing, for there were too many requests
 * - `unknown`: it may have been done
 */
export type V5Outcome = 'applied' | 'alreadySet' | 'refused' | 'notProcessed' | 'unknown'

const table: Readonly<Record<number, readonly [outcome: V5Outcome, words: string]>> = {
  0: ['applied', 'it is done.'],
  110043: ['alreadySet', 'the leverage was so already.'],

  10000: ['unknown', 'the venue ran into its own time limit.'],
  10014: ['unknown', 'the venue had this request already.'],
  10016: ['unknown', 'something is wrong inside the venue.'],

  10006: ['notProcessed', 'there were too many requests.'],
  10018: ['notProcessed', 'there were too many requests from this address.'],
  10429: ['notProcessed', 'there were too many requests.'],
  429: ['notProcessed', 'there were too many requests.'],

  10001: ['refused', 'a field is wrong, or the leverage is not allowed here.'],
  10002: ['refused', "the time stamp is outside of the venue's window; check this machine's clock."],
  10003: ['refused', 'the venue does not know the API key.'],
  10004: ['refused', 'the signature is wrong; the secret may not be that of this key.'],
  10005: ['refused', 'the API key may not change positions.'],
  10007: ['refused', 'the API key was not accepted.'],
  10008: ['refused', 'the account is banned.'],
  10009: ['refused', 'this internet address is banned.'],
  10010: ['refused', 'the API key may not be used from this internet address.'],
  10017: ['refused', 'the venue does not know the path.'],
  10024: ['refused', 'the venue does not serve this account or this region.'],
  10027: ['refused', 'the account may not trade.'],
  10028: ['refused', 'this is for unified accounts only.'],
  10029: ['refused', 'the market is not on the list of this API key.'],
  100028: ['refused', 'this is not for unified accounts.'],
  33004: ['refused', 'the API key has expired.'],

  110004: ['refused', 'there is not enough balance.'],
  110006: ['refused', 'there is not enough margin.'],
  110007: ['refused', 'there is not enough margin.'],
  110011: ['refused', 'the position would be liquidated at once.'],
  110012: ['refused', 'there is not enough margin.'],
  110013: ['refused', 'the size of the position does not allow this leverage (risk limit).'],
  110028: ['refused', 'there are open orders.'],
  110036: ['refused', 'in cross margin mode the leverage cannot be changed.'],
  110037: ['refused', 'the account does not have this market.'],
  110038: ['refused', 'in portfolio margin mode the leverage cannot be changed.'],
  110039: ['refused', 'the position could be liquidated.'],
  110040: ['refused', 'the position would be liquidated at once.'],
  110044: ['refused', 'there is not enough margin.'],
  110045: ['refused', 'there is not enough balance.'],
  110046: ['refused', 'the position would be liquidated at once.'],
  110068: ['refused', 'the venue does not take this change of leverage.'],
  110080: ['refused', 'the venue does not take this change of leverage.'],
  110087: ['refused', 'the leverage is above what a loan to the institution allows.'],
  110107: ['refused', 'a loan to the institution limits the leverage.'],
  30135: ['refused', 'a loan to the institution limits the leverage.'],
  30136: ['refused', 'a loan to the institution limits the leverage.'],
}

/** By negative codes a gateway turns a request away before it is looked at (Bybit V5 docs, error: -1, -2015). */
const turnedAway: readonly [outcome: V5Outcome, words: string] = [
  'refused',
  'the venue turned the request away before looking at it.',
]

/** What a code means; one that is not in the table is unknown, for nobody says that it changed nothing. */
export const meaningOf = (retCode: number): readonly [outcome: V5Outcome, words: string] =>
  retCode < 0
    ? turnedAway
    : (table[retCode] ?? ['unknown', 'this is none of the codes whose meaning is known.'])

const aboutKey = new Set([10003, 10004, 10005, 10007, 10010, 33004])

/** Whether a code says that the API key itself was not taken. */
export const isAboutKey = (retCode: number): boolean => aboutKey.has(retCode)

/** The codes whose meaning is known. */
export const knownRetCodes: readonly number[] = Object.keys(table).map(Number)
