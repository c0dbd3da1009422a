/**
 * How much the Ethereum app can keep: its 16 kB heap, as far as nothing is given back in between. The allocator looks
 * for a free piece by classes of sizes, so that it refuses some requests that would just fit (lib_alloc of
 * ledger-secure-sdk: mem_alloc.c).
 */

/** Bytes left after the allocator's own bookkeeping. */
const heapSize = 16 * 1024 - 88

/** Every size class is a quarter of the space between two powers of two; the smallest is one. */
const quarter = (size: number): number => 2 ** (Math.max(5, Math.floor(Math.log2(size))) - 2)

/** Room that a request takes: its bytes in steps of 8, with a header of 4. */
const room = (size: number): number => Math.ceil((Math.ceil(size / 4) * 4 + 4) / 8) * 8

/** One growing set of allocations. */
export class AppMemory {
  #free = heapSize

  /** Takes `size` bytes; false when the allocator finds no place. Nothing is taken for 0 bytes. */
  allocate(size: number): boolean {
    if (size === 0) return true
    const needed = room(size)
    const sought = Math.ceil(needed / quarter(needed)) * quarter(needed)
    const largest = Math.floor(this.#free / quarter(this.#free)) * quarter(this.#free)
    if (sought > largest) return false
    this.#free -= needed
    return true
  }
}
