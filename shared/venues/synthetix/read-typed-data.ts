/** Reading typed data for Synthetix that somebody else made: every part must be the one that the venue verifies. */
import * as v from 'valibot'
import { check, isObject } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { leverageSchema, subAccountIdSchema, symbolSchema } from './fields.ts'
import { synthetixDomain, updateLeverageTypes, type UpdateLeverageMessage } from './typed-data.ts'

const fields = (wanted: readonly { readonly name: string; readonly type: string }[]) =>
  v.strictTuple(
    wanted.map(({ name, type }) => v.strictObject({ name: v.literal(name), type: v.literal(type) })),
  )

/** uint256 as JSON has it: decimal digits, or a number that is exact. */
const wholeNumber = v.pipe(
  v.union([v.pipe(v.number(), v.safeInteger(), v.minValue(0)), v.string()], 'it must be a whole number.'),
  v.transform(String),
  v.regex(/^(0|[1-9]\d{0,77})$/, 'it must be a whole number in decimal digits.'),
)

const schema = v.strictObject({
  domain: v.strictObject({
    name: v.literal(synthetixDomain.name),
    version: v.literal(synthetixDomain.version),
    chainId: v.literal(synthetixDomain.chainId),
    verifyingContract: v.literal(synthetixDomain.verifyingContract),
  }),
  types: v.strictObject({
    EIP712Domain: v.optional(fields(updateLeverageTypes.EIP712Domain)),
    UpdateLeverage: fields(updateLeverageTypes.UpdateLeverage),
  }),
  primaryType: v.literal('UpdateLeverage'),
  message: v.strictObject({
    subAccountId: v.union([subAccountIdSchema, v.pipe(wholeNumber, subAccountIdSchema)]),
    symbol: symbolSchema,
    leverage: leverageSchema,
    nonce: wholeNumber,
    expiresAfter: wholeNumber,
  }),
})

const own = new Set(['UpdateLeverage', 'SubAccountAction', 'AddDelegatedSigner'])

/** Whether typed data is meant for this venue, whatever is wrong with it. */
export function looksLikeSynthetix(payload: Readonly<Record<string, unknown>>): boolean {
  const { domain, primaryType } = payload
  return (
    (isObject(domain) && domain['name'] === synthetixDomain.name) ||
    (typeof primaryType === 'string' && own.has(primaryType))
  )
}

/** Reads the typed data of a change of leverage. Fails with `payload.notLeverageChange` or `input.*`. */
export function readUpdateLeverage(value: unknown): Result<UpdateLeverageMessage> {
  const type = isObject(value) ? value['primaryType'] : undefined
  if (typeof type === 'string' && type !== 'UpdateLeverage') {
    const detail = `it is typed data of type "${type.slice(0, 60)}".`
    return fail('payload.notLeverageChange', { field: 'primaryType', detail })
  }
  const read = check(schema, value)
  return read.ok ? ok(read.value.message) : read
}
