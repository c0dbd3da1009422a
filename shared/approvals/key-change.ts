/**
 * What a person confirms on the Ledger before an API key is replaced or removed: a personal message (EIP-191) of short
 * lines, which a Ledger shows with every setting off. The history keeps what was confirmed, and makes the text anew.
 */
import * as v from 'valibot'
import { hashMessage } from 'viem'
import { addressSchema, hexBytes } from '../check.ts'
import { readSignatureHex, type RecoverAddress } from '../signature.ts'
import { isVenueId } from '../venues/registry.ts'
import { untilMs } from './facts.ts'

const keyName = v.pipe(v.string(), v.regex(/^[\w-]{8,128}$/))

/** The body of the history row `key.confirmed`: what was confirmed, for which account, and by what. */
export const keyConfirmationSchema = v.strictObject({
  change: v.picklist(['remove', 'replace']),
  /** Id of the key that goes. */
  key: v.string(),
  account: v.string(),
  venue: v.pipe(v.string(), v.check(isVenueId)),
  network: v.picklist(['mainnet', 'testnet']),
  address: addressSchema,
  keyId: keyName,
  /** What the venue calls the key that comes; null where none does. */
  newKeyId: v.nullable(keyName),
  /** UTC, as `untilText` writes it. */
  time: v.pipe(
    v.string(),
    v.check((text) => untilMs(text) !== null),
  ),
  /** Of the account's Ledger; null where no Ledger was there and the passphrase that seals the key was given. */
  signature: v.nullable(hexBytes(65)),
})

/** What was confirmed before a key was replaced or removed. */
export type KeyConfirmation = v.InferOutput<typeof keyConfirmationSchema>

/** The facts of a confirmation, before it is given. */
export type KeyChange = Omit<KeyConfirmation, 'signature'>

/** What the Ledger shows. No line can be taken for another one, nor for an approval, when lines are joined by spaces. */
export const keyChangeText = ({
  change,
  venue,
  network,
  address,
  keyId,
  newKeyId,
  time,
}: KeyChange): string =>
  [
    `${change === 'remove' ? 'Remove' : 'Replace'} API key ${keyId}`,
    ...(newKeyId === null ? [] : [`by ${newKeyId}`]),
    `at ${venue} ${network}`,
    `for ${address}`,
    `time ${time}`,
  ].join('\n')

/** What is wrong with a confirmation that is to be by the Ledger `signer`; null when nothing is. */
export function keyConfirmationFlaw(
  confirmation: KeyConfirmation,
  signer: unknown,
  recover: RecoverAddress,
): string | null {
  const { change, newKeyId, signature } = confirmation
  if ((change === 'replace') !== (newKeyId !== null))
    return 'it names a new key, or none, against its change.'
  if (signature === null) return null
  const made = readSignatureHex(signature)
  return made.ok && recover(hashMessage(keyChangeText(confirmation)), made.value) === signer
    ? null
    : 'its signature is not by the Ledger of its account.'
}
