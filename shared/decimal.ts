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

/** The sum of two signed decimal numbers of any length, exactly. Throws on what is none. */
export function sumOf(a: string, b: string): string {
  const parts = [a, b].map((text) => {
    const [, sign, whole = '', fraction = ''] = signed.exec(text) ?? []
    if (sign === undefined) throw new Error(`"${text}" is not a decimal number`)
    return { sign, whole, fraction }
  })
  const digits = Math.max(...parts.map(({ fraction }) => fraction.length))
  const sum = parts.reduce(
    (total, { sign, whole, fraction }) => total + BigInt(`${sign}${whole}${fraction.padEnd(digits, '0')}`),
    0n,
  )
  const text = (sum < 0n ? -sum : sum).toString().padStart(digits + 1, '0')
  const fraction = text.slice(text.length - digits).replace(/0+$/, '')
  const whole = text.slice(0, text.length - digits)
  return `${sum < 0n ? '-' : ''}${whole}${digits === 0 || fraction === '' ? '' : `.${fraction}`}`
}
