/** Forgeries that are proven to be some: a change that changes nothing would pass for one that was not found. */

/** A text in which the first place that fits is replaced; throws where that changes nothing. */
export function altered(text: string, from: string | RegExp, to: string): string {
  const other = text.replace(from, to)
  if (other === text) throw new Error(`nothing was changed by ${String(from)} -> ${to}`)
  return other
}

/** Another digit than this one, decimal or hexadecimal. */
export const otherDigit = (digit: string): string => (digit === '0' ? '1' : '0')
