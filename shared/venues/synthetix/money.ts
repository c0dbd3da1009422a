/** Exact arithmetic on signed decimal strings of any length. */

interface Scaled {
  readonly digits: bigint
  readonly places: number
}

function read(text: string): Scaled {
  const [whole = '', fraction = ''] = text.split('.')
  return { digits: BigInt(whole + fraction), places: fraction.length }
}

function write({ digits, places }: Scaled): string {
  const sign = digits < 0n ? '-' : ''
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  const fraction = text.slice(text.length - places).replace(/0+$/, '')
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

const at = ({ digits, places }: Scaled, wanted: number): bigint => digits * 10n ** BigInt(wanted - places)

/** The product of two decimal strings. */
export function multiplyDecimals(a: string, b: string): string {
  const [left, right] = [read(a), read(b)]
  return write({ digits: left.digits * right.digits, places: left.places + right.places })
}

/** The sum of two decimal strings. */
export function addDecimals(a: string, b: string): string {
  const [left, right] = [read(a), read(b)]
  const places = Math.max(left.places, right.places)
  return write({ digits: at(left, places) + at(right, places), places })
}

/** A decimal string with the other sign. */
export const negated = (text: string): string => (text.startsWith('-') ? text.slice(1) : `-${text}`)
