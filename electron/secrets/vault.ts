/**
 * What opens sealed records in this process: the keyring where there is a real one, and a passphrase that is kept for a
 * limited time. Kept are Buffers, overwritten when the time is over.
 */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { minPassphrase } from '../../shared/keys.ts'
import { openBox, seal } from './box.ts'
import { keyringMissing, type Keyring } from './keyring.ts'
import type { KeyHeader, ScryptHeader, SecretOf } from './record.ts'
import { createSharing } from './share.ts'
import { newScryptKey, passphraseBytes, scryptKey, type ScryptKey } from './scrypt.ts'
import { thenWiped } from './wipe.ts'

/** How long a passphrase is kept unless told, in ms. */
export const defaultUnlockedMs = 10 * 60_000

/** What a vault needs from the world. */
export interface VaultPorts {
  /** The machine's keyring; null where there is no real one. */
  readonly keyring: Keyring | null
  /** Asks for the passphrase. Fails with `secret.locked` where nobody can be asked now. */
  readonly passphrase: () => Promise<Result<string>>
  /** Unix ms. */
  readonly now: () => number
  /** How long a passphrase is kept, in ms; `defaultUnlockedMs` unless told. */
  readonly unlockedMs?: number
}

/** Seals and opens. */
export interface Vault {
  /** Name of the keyring; null where there is none. */
  readonly keyring: string | null
  /** Unix ms until when the passphrase is kept; null when it is not. */
  readonly unlockedUntilMs: number | null
  /** Seals with the keyring. Fails with `secret.keyringMissing`. */
  sealByKeyring(plain: Buffer, of: SecretOf): Promise<Result<string>>
  /** Seals with a passphrase, which is kept for a while. Fails with `secret.weakPassphrase`. */
  sealByPassphrase(plain: Buffer, of: SecretOf, passphrase: string): Promise<Result<string>>
  /** Opens a record; whoever gets the secret wipes it. A passphrase that was right is kept for a while. Fails with `secret.*`. */
  open(record: string, of: SecretOf): Promise<Result<Buffer>>
  /** Proves a passphrase on a record that it seals, and keeps it for a while. Fails with `secret.*`. */
  unlock(passphrase: string, record: string, of: SecretOf): Promise<Result<null>>
  /** The passphrase that is kept, or the one that is asked for; not proven. Fails with `secret.locked`. */
  passphrase(): Promise<Result<string>>
  /** Forgets the passphrase and all that came of it. */
  lock(): void
}

/** A passphrase and the keys that it gave; scrypt takes half a second, and reading a venue needs a key each time. */
interface Kept {
  readonly passphrase: Buffer
  /** Content keys by the salt of their record. */
  readonly keys: Map<string, Buffer>
  readonly untilMs: number
  readonly timer: NodeJS.Timeout
}

/** Makes a vault; it is locked. */
export function createVault(ports: VaultPorts): Vault {
  const { keyring, now, unlockedMs = defaultUnlockedMs } = ports
  const sharing = createSharing()
  let kept: Kept | null = null
  let asking: Promise<Result<string>> | null = null
  let lockings = 0

  const forget = (): void => {
    if (!kept) return
    clearTimeout(kept.timer)
    for (const bytes of [kept.passphrase, ...kept.keys.values()]) bytes.fill(0)
    kept = null
  }

  const alive = (): Kept | null => {
    if (kept && now() >= kept.untilMs) forget()
    return kept
  }

  /** Keeps what was begun at `since`; who locked meanwhile wants nothing kept of what was under way. */
  const keep = (since: number, passphrase: Buffer, header: ScryptHeader, key: Buffer): void => {
    if (since !== lockings) return
    const known = alive()
    if (known?.passphrase.equals(passphrase)) {
      known.keys.set(header.salt, Buffer.from(key))
      return
    }
    forget()
    kept = {
      passphrase: Buffer.from(passphrase),
      keys: new Map([[header.salt, Buffer.from(key)]]),
      untilMs: now() + unlockedMs,
      timer: setTimeout(forget, unlockedMs).unref(),
    }
  }

  const asked = async (): Promise<Result<Buffer>> => {
    const known = alive()
    if (known) return ok(Buffer.from(known.passphrase))
    asking ??= ports.passphrase().finally(() => {
      asking = null
    })
    const told = await asking
    return told.ok ? ok(passphraseBytes(told.value)) : told
  }

  const derive = (given: Buffer, header: ScryptHeader): Promise<Result<Buffer>> =>
    thenWiped(given, async (passphrase) => {
      const known = alive()
      const derived = known?.passphrase.equals(passphrase) && known.keys.get(header.salt)
      if (derived) return ok(Buffer.from(derived))
      return sharing(JSON.stringify(header), passphrase, async () => {
        const since = lockings
        const key = await scryptKey(passphrase, header)
        if (key.ok) keep(since, passphrase, header, key.value)
        return key
      })
    })

  const newKey = (given: string): Promise<ScryptKey> =>
    thenWiped(passphraseBytes(given), async (passphrase) => {
      const since = lockings
      const content = await newScryptKey(passphrase)
      keep(since, passphrase, content.header, content.key)
      return content
    })

  const fromPassphrase = async (header: ScryptHeader): Promise<Result<Buffer>> => {
    const known = alive()?.keys.get(header.salt)
    // The proof is checked by scrypt only; a record whose costs or proof were changed fails at its seal instead.
    if (known) return ok(Buffer.from(known))
    const passphrase = await asked()
    return passphrase.ok ? derive(passphrase.value, header) : passphrase
  }

  const fromKeyring = (header: Extract<KeyHeader, { by: 'keyring' }>): Result<Buffer> =>
    keyring ? keyring.keyOf(header) : keyringMissing(header.backend)

  const open = (record: string, of: SecretOf, given?: string): Promise<Result<Buffer>> =>
    openBox(record, of, async (header) => {
      if (header.by === 'keyring') return fromKeyring(header)
      return given === undefined ? fromPassphrase(header) : derive(passphraseBytes(given), header)
    })

  return {
    keyring: keyring?.backend ?? null,
    get unlockedUntilMs() {
      return alive()?.untilMs ?? null
    },
    async sealByKeyring(plain, of) {
      return keyring ? ok(await seal(plain, of, keyring.newKey())) : keyringMissing('none')
    },
    async sealByPassphrase(plain, of, passphrase) {
      if ([...passphrase].length < minPassphrase)
        return fail('secret.weakPassphrase', { minimum: minPassphrase })
      return ok(await seal(plain, of, await newKey(passphrase)))
    },
    open: (record, of) => open(record, of),
    async unlock(passphrase, record, of) {
      const opened = await open(record, of, passphrase)
      if (!opened.ok) return opened
      opened.value.fill(0)
      return ok(null)
    },
    async passphrase() {
      const bytes = await asked()
      return bytes.ok ? thenWiped(bytes.value, (passphrase) => ok(passphrase.toString())) : bytes
    },
    lock() {
      lockings += 1
      forget()
    },
  }
}
