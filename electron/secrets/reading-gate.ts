/**
 * What a key that was opened for reading may sign: only texts that no venue takes as a change. Whatever is not known to
 * be a read is refused.
 */
import type { VenueId } from '../../shared/venues/registry.ts'

/** A query string, or none: names and values, neither of which can be a part of JSON. */
const query = /^(?:[A-Za-z]\w*=[\w.:,%+-]*(?:&[A-Za-z]\w*=[\w.:,%+-]*)*)?$/

/**
 * CoinSwitch signs method + path + epoch (CoinSwitch PRO docs, authentication): the method stands first. The path is
 * read whole, so that nothing but one path and one time can follow.
 */
const isCoinswitchRead = (text: string): boolean => /^GET\/[\w/.-]+(?:\?[\x21-\x7e ]*)?\d{10,16}$/.test(text)

/**
 * Bybit signs timestamp + key + window + query string or JSON body (Bybit V5 docs, guide), and neither method nor path.
 * A read without a query therefore looks like a POST without a body, which cannot set a leverage or place an order.
 */
function isBybitRead(text: string, keyId: string): boolean {
  const head = /^\d{13}/.exec(text)?.[0]
  if (head === undefined || !text.startsWith(keyId, head.length)) return false
  const rest = /^\d{1,5}(.*)$/s.exec(text.slice(head.length + keyId.length))?.[1]
  return rest !== undefined && query.test(rest)
}

/** Whether a text is one of a read at this venue. Arcus reads are not signed at all (Arcus docs, leverages). */
export function isRead(venue: VenueId | 'coinswitch' | 'bybit', keyId: string, text: string): boolean {
  if (venue === 'coinswitch') return isCoinswitchRead(text)
  return venue === 'bybit' && isBybitRead(text, keyId)
}
