/** Amounts as people read them: exact decimal strings with groups of three, and exact differences of them. */

/** `1234567.800000` as `1,234,567.80`; nothing is rounded, only zeros beyond the second place are left out. */
export function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.replace(/(\.\d{2}\d*?)0+$/, '$1').split('.')
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return fraction === undefined ? digits : `${digits}.${fraction}`
}

const places = (decimal: string): number => decimal.split('.')[1]?.length ?? 0

const scaled = (decimal: string, to: number): bigint => {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(`${whole}${fraction.padEnd(to, '0')}`)
}

/** `a - b`, exactly. */
export function difference(a: string, b: string): string {
  const to = Math.max(places(a), places(b))
  const value = scaled(a, to) - scaled(b, to)
  const digits = String(value < 0n ? -value : value).padStart(to + 1, '0')
  const text = to === 0 ? digits : `${digits.slice(0, -to)}.${digits.slice(-to)}`
  return value < 0n ? `-${text}` : text
}

/** How far `price` is from `mark`, for reading only: "33.3 % below mark". */
export function distance(price: string, mark: string): string {
  const share = ((Number(price) - Number(mark)) / Number(mark)) * 100
  return `${Math.abs(share).toFixed(1)} % ${share < 0 ? 'below' : 'above'} mark`
}

/** A position in words: "1.80000 BTC long". */
export const positionText = (size: string, symbol: string): string =>
  `${grouped(size.replace('-', ''))} ${symbol} ${size.startsWith('-') ? 'short' : 'long'}`
