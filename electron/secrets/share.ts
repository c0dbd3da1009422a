/** One derivation for all who need the same key at the same time: each takes half a second and 128 MiB. */
import { ok, type Result } from '../../shared/errors.ts'

type Derive = () => Promise<Result<Buffer>>

interface Running {
  /** Stays whoever's is who began it, and is not wiped before the derivation is over. */
  readonly passphrase: Buffer
  readonly waiters: {
    readonly give: (key: Result<Buffer>) => void
    readonly giveUp: (cause: unknown) => void
  }[]
}

/**
 * Shares derivations that run now, by what is derived (`id`) and the passphrase; nothing is remembered of one that is
 * over. Everybody gets a Buffer of their own, and wipes it.
 */
export function createSharing(): (id: string, passphrase: Buffer, derive: Derive) => Promise<Result<Buffer>> {
  const running = new Map<string, Running>()
  return async (id, passphrase, derive) => {
    const other = running.get(id)
    if (other?.passphrase.equals(passphrase))
      return new Promise((give, giveUp) => other.waiters.push({ give, giveUp }))
    // A derivation with another passphrase goes on beside this one, for those who wait for it.
    const own: Running = { passphrase, waiters: [] }
    running.set(id, own)
    const end = () => void (running.get(id) === own && running.delete(id))
    try {
      const key = await derive()
      end()
      for (const { give } of own.waiters) give(key.ok ? ok(Buffer.from(key.value)) : key)
      return key
    } catch (cause) {
      end()
      for (const { giveUp } of own.waiters) giveUp(cause)
      throw cause
    }
  }
}
