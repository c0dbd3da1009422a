/** The fields of Synthetix' signed requests, each in the one form in which it is signed and sent. */
import { getAddress } from 'viem'
import * as v from 'valibot'
import { integer } from '../../check.ts'
import { isHex, lower, type Hex } from '../../hex.ts'

const maxUint256 = 2n ** 256n - 1n

/**
 * A subaccount's id: a uint256 in decimal digits. The venue's ids have 19 digits, beyond what a JSON number holds
 * exactly, so a number is refused wherever one stands (Synthetix docs, getSubAccountIds: "uint64 represented as a
 * string for precision").
 */
export const subAccountIdSchema = v.pipe(
  v.string('it must be a whole number in a string: a JSON number does not hold 19 digits exactly.'),
  v.check(
    (text) => /^[1-9]\d{0,77}$/.test(text) && BigInt(text) <= maxUint256,
    'it must be a whole number from 1 to 2^256 - 1 in decimal digits, without leading zeros.',
  ),
)

/** A market's symbol: upper case, at most 20 printable characters (Fenway-snx/synthetix-mcp, api/validation). */
export const symbolSchema = v.pipe(
  v.string(),
  v.regex(/^[!-`{-~]{1,20}$/, 'it must be 1 to 20 characters, letters in upper case.'),
)

/** Leverage as it is signed: a whole number from 1 in a string, `20` and never `20.0` (Synthetix docs, updateLeverage). */
export const leverageSchema = v.pipe(
  v.string('it must be a whole number in a string.'),
  v.regex(/^[1-9]\d{0,8}$/, 'it must be a whole number from 1 in decimal digits.'),
)

/** A nonce: Unix ms, above every earlier one of its signer (Synthetix docs, updateLeverage, "Nonce Management"). */
export const nonceSchema = integer(1, Number.MAX_SAFE_INTEGER)

/** A wallet's address as the venue takes it: with its checksum, EIP-55 (Synthetix docs, getSubAccountIds). */
export const walletSchema = v.pipe(
  v.string(),
  v.check(
    (text) => isHex(text, 20) && getAddress(lower(text)) === text,
    'it must be an address with its checksum (EIP-55).',
  ),
  v.transform((text) => text as Hex),
)

/** An address as the venue takes it. */
export const walletOf = (address: Hex): Hex => getAddress(address)

/**
 * In what `expiresAfter` counts. The sources disagree: the REST page and the Python SDK say milliseconds, the WebSocket
 * page and the published server library seconds. Milliseconds unless an account says otherwise.
 */
export const expiryUnits = ['ms', 's'] as const

/** One of the units of `expiresAfter`. */
export type ExpiryUnit = (typeof expiryUnits)[number]

/** A time in Unix ms as `expiresAfter`; cut to whole seconds where it counts in them. */
export const toExpiresAfter = (ms: number, unit: ExpiryUnit): number =>
  unit === 'ms' ? ms : Math.floor(ms / 1000)

/** Unix ms of an `expiresAfter`. */
export const fromExpiresAfter = (expiresAfter: number, unit: ExpiryUnit): number =>
  unit === 'ms' ? expiresAfter : expiresAfter * 1000

/** An `expiresAfter` that is set, in either unit; small enough that its Unix ms are exact. */
export const expiresAfterSchema = integer(1, 8_640_000_000_000_000)

/** Where the subaccount stands in a body: see `tradeBody`. */
export const bodyShapes = ['A', 'B', 'C', 'D'] as const

/** One of the shapes of a body. */
export type BodyShape = (typeof bodyShapes)[number]
