/** Exact decimal numbers in strings: compared and measured by their digits, never as floats. */

/** An unsigned decimal number as it is kept: no sign, no exponent, no needless zeros, up to 10 digits either side. */
const canonical = /^(0|[1-9]\d{0,9})(\.\d{0,9}[1-9])?$/
const written = /^(\d{1,10})(?:\.(\d{1,10}))?$/
const places = 10

/** Whether a text is an unsigned decimal number in its one exact form, such as `5`, `12.5` or `0.01`. */
export const isCanonicalDecimal = (text: string): boolean => canonical.test(text)

/** The one exact form of an unsigned decimal number, `2.50` -> `2.5`; null for anything that is not one. */
export function canonicalDecimal(text: string): string | null {
  const parts = written.exec(text)
  if (!parts) return null
  const whole = (parts[1] ?? '').replace(/^0+(?=\d)/, '')
  const fraction = (parts[2] ?? '').replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** A decimal number in units of 10^-10. Throws on what `canonicalDecimal` does not take. */
export function scaled(text: string): bigint {
  const exact = canonicalDecimal(text)
  if (exact === null) throw new Error(`"${text}" is not a decimal number`)
  const [whole = '0', fraction = ''] = exact.split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}

/** Whether a number is `min` plus a whole number of `step`s. */
export const onStep = (value: string, min: string, step: string): boolean =>
  (scaled(value) - scaled(min)) % scaled(step) === 0n

/** Whether two numbers are the same, however they are written. */
export const sameDecimal = (a: string, b: string): boolean => scaled(a) === scaled(b)

const signed = /^(-?)(\d+)(?:\.(\d+))?$/

/** A signed decimal number as digits and how many of them stand behind the point. Throws on what is none. */
function digitsOf(text: string): { readonly digits: bigint; readonly places: number } {
  const [, sign, whole = '', fraction = ''] = signed.exec(text) ?? []
  if (sign === undefined) throw new Error(`"${text}" is not a decimal number`)
  return { digits: BigInt(`${sign}${whole}${fraction}`), places: fraction.length }
}

/** The shortest writing of a signed decimal number. */
function signedText(digits: bigint, places: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0')
  const at = text.length - places
  const fraction = text.slice(at).replace(/0+$/, '')
  return `${digits < 0n ? '-' : ''}${text.slice(0, at)}${fraction === '' ? '' : `.${fraction}`}`
}

/** The sum of two signed decimal numbers of any length, exactly. Throws on what is none. */
export function sumOf(a: string, b: string): string {
  const [left, right] = [digitsOf(a), digitsOf(b)]
  const places = Math.max(left.places, right.places)
  const at = (one: typeof left): bigint => one.digits * 10n ** BigInt(places - one.places)
  return signedText(at(left) + at(right), places)
}

/** The product of two signed decimal numbers of any length, exactly. Throws on what is none. */
export function productOf(a: string, b: string): string {
  const [left, right] = [digitsOf(a), digitsOf(b)]
  return signedText(left.digits * right.digits, left.places + right.places)
}
