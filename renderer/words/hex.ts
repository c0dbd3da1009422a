/** Digests as people compare them: groups of four, in the case the device uses. */

/** The hex digits of a value in groups of four, without 0x, in upper case as Ledgers show them. */
export const groupsOfFour = (hex: string): string[] =>
  hex
    .replace(/^0x/, '')
    .toUpperCase()
    .match(/.{1,4}/g) ?? []

/** `51d0…c2e8`: the ends of a hash, for places where it is only named. */
export const shortHash = (hex: string): string => `${hex.replace(/^0x/, '').slice(0, 4)}…${hex.slice(-4)}`
