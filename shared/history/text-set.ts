/**
 * A set of texts that keeps 16 bytes of each, for telling very many ids apart. Two texts with the same first 16 bytes of SHA-256 would count as one: an id is then refused that is new, never the reverse.
 */
import { portableSha256, type Sha256 } from './chain.ts'

/** Texts that were seen. */
export interface TextSet {
  readonly has: (text: string) => boolean
  readonly add: (text: string) => void
}

/** Slots of a new set; always a power of two. */
const firstSlots = 256

/** A slot is two numbers of 64 bits; the second is never 0 where a text is. */
type Slots = BigUint64Array<ArrayBuffer>

/** Where a digest stands, or the empty slot where it belongs: from its own place on, one after the other. */
function placeOf(slots: Slots, high: bigint, low: bigint): number {
  const count = slots.length / 2
  let slot = Number(high & BigInt(count - 1))
  while (slots[2 * slot + 1] !== 0n && (slots[2 * slot] !== high || slots[2 * slot + 1] !== low))
    slot = (slot + 1) % count
  return 2 * slot
}

function put(slots: Slots, high: bigint, low: bigint): boolean {
  const place = placeOf(slots, high, low)
  const isNew = slots[place + 1] === 0n
  slots.set([high, low], place)
  return isNew
}

function doubled(slots: Slots): Slots {
  const larger = new BigUint64Array(2 * slots.length)
  for (let place = 0; place < slots.length; place += 2) {
    const [high = 0n, low = 0n] = slots.subarray(place, place + 2)
    if (low !== 0n) put(larger, high, low)
  }
  return larger
}

/** An empty set. */
export function createTextSet(sha256: Sha256 = portableSha256): TextSet {
  let slots: Slots = new BigUint64Array(2 * firstSlots)
  let size = 0
  const digestOf = (text: string): readonly [high: bigint, low: bigint] => {
    const hex = sha256(text)
    return [BigInt(`0x${hex.slice(0, 16)}`), BigInt(`0x${hex.slice(16, 32)}`) | 1n]
  }
  return {
    has(text) {
      const [high, low] = digestOf(text)
      return slots[placeOf(slots, high, low) + 1] !== 0n
    },
    add(text) {
      if (put(slots, ...digestOf(text))) size += 1
      // Past three quarters, looking for a place takes long.
      if (size > (slots.length / 2) * 0.75) slots = doubled(slots)
    },
  }
}
