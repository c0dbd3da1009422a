/** What the recovery screen knows: what can be restored, and what was. */
import type { FailedSession, Recovery as Found, RestoredView } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { answerOf, type DeskClient } from './client.ts'

/** A desk that cannot be opened, and what can be put in its place. */
export class Recovery {
  readonly #client: () => DeskClient
  readonly mode: FailedSession['mode']
  /** Null while backups are being looked at. */
  found: Found | null = $state.raw(null)
  restored: RestoredView | null = $state.raw(null)
  /** Why looking or restoring failed; null when it did not. */
  failure: Failure | null = $state.raw(null)
  busy = $state(false)
  /** In place of the Ledger, where none is connected; forgotten when it was handed over. */
  passphrase = $state('')
  /** Whether the passphrase is taken: no Ledger was connected when it was asked. */
  takesPassphrase = $state(false)

  constructor(client: () => DeskClient, mode: FailedSession['mode']) {
    this.#client = client
    this.mode = mode
  }

  /** Looks for the newest backup that verifies. */
  async look(): Promise<void> {
    const answer = await answerOf(this.#client().session.recovery({ mode: this.mode }))
    if (answer.ok) this.found = answer.value
    else this.failure = answer.error
  }

  /** Restores the backup that was found. */
  async restore(): Promise<void> {
    const backup = this.found?.backup
    if (!backup || this.busy) return
    this.busy = true
    const proof = this.passphrase === '' ? {} : { passphrase: this.passphrase }
    this.passphrase = ''
    const answer = await answerOf(
      this.#client().session.restore({ mode: this.mode, fileName: backup.fileName, ...proof }),
    )
    this.busy = false
    this.takesPassphrase ||= !answer.ok && answer.error.code === 'store.unconfirmed'
    this.failure = answer.ok ? null : answer.error
    if (answer.ok) this.restored = answer.value
  }
}
