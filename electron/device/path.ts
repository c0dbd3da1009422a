/** Derivation paths, checked before they go to a device: outside its own prefixes the Ethereum app exits after the approval. */
import { fail, ok, type Result } from '../../shared/errors.ts'

/** The path of the first account, as Ledger's own wallet makes it. */
export const firstPath = "44'/60'/0'/0/0"

/** Levels that the Ethereum app takes (MAX_BIP32_PATH of the Ledger SDK). */
const deepest = 10

/**
 * A path the Ethereum app signs with: below 44'/60' or 45', up to 10 levels, each below 2^31, hardened marked with '.
 * Fails with `device.badPath`.
 */
export function checkPath(path: string): Result<string> {
  const levels = path.split('/')
  const wellFormed = levels.every(
    (level) => /^(0|[1-9]\d{0,9})'?$/.test(level) && parseInt(level, 10) < 2 ** 31,
  )
  const allowed = /^(44'\/60'|45')(\/|$)/.test(path)
  return wellFormed && allowed && levels.length <= deepest ? ok(path) : fail('device.badPath', { path })
}
