/**
 * The secrets by which the loopback host knows its own browser: links that work once, and sessions. Only hashes are kept,
 * so that looking one up takes the same time whatever was guessed.
 */
import { createHash, randomBytes } from 'node:crypto'

const newToken = (): string => randomBytes(32).toString('base64url')
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** What came of a link: it opens the desk, or why it does not. */
export type Redemption = 'accepted' | 'unknown' | 'used' | 'expired'

/** Links of 256 bits that work once. */
export class OneTimeLinks {
  readonly #now: () => number
  readonly #expiries = new Map<string, number>()
  readonly #used = new Set<string>()

  /** `now` is a clock in Unix ms. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** A new token that works once within `lifeMs`. */
  issue(lifeMs: number): string {
    const token = newToken()
    this.#expiries.set(hashOf(token), this.#now() + lifeMs)
    return token
  }

  /** Uses a token up. */
  redeem(token: string): Redemption {
    const hash = hashOf(token)
    if (this.#used.has(hash)) return 'used'
    const expiry = this.#expiries.get(hash)
    if (expiry === undefined) return 'unknown'
    if (this.#now() >= expiry) return 'expired'
    this.#used.add(hash)
    return 'accepted'
  }
}

/** Browsers that came by a link, each known by the cookie that it was given. They last as long as the host. */
export class Sessions {
  readonly #hashes = new Set<string>()

  /** The value of a new session's cookie. */
  open(): string {
    const token = newToken()
    this.#hashes.add(hashOf(token))
    return token
  }

  /** Whether a cookie's value is one of a session. */
  has(token: string): boolean {
    return this.#hashes.has(hashOf(token))
  }
}
