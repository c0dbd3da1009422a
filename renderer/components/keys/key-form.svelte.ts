/** Adding a key, or putting one in the place of another. Secrets are forgotten as soon as they were handed over. */
import type { AccountView, ApiKeyView, KeyInputView } from '../../../shared/contract.ts'
import { failure, type Failure } from '../../../shared/errors.ts'
import { keyKindOf, minPassphrase } from '../../../shared/keys.ts'
import type { ApiKeys } from '../../state/api-keys.svelte.ts'
import type { Answer } from '../../state/client.ts'
import { unlockedText } from '../../words/api-keys.ts'

/** Where a key comes from: made by the desk (Ed25519 only), pasted, or the one that the practice venue knows. */
export type KeySource = 'made' | 'pasted' | 'practice'

interface FormPorts {
  readonly keys: ApiKeys
  readonly account: AccountView
  readonly now: () => number
  /** Whether this is a practice desk, which has a key that its venue knows. */
  readonly practising: boolean
  /** Whether a Ledger is connected, which confirms that a key is replaced. */
  readonly ledgerThere: () => boolean
}

const bad = (field: string, detail: string): Failure => failure('input.badField', { field, detail })

/** The form. */
export class KeyForm {
  readonly #ports: FormPorts
  /** Whether another key is in use, which this one replaces. */
  readonly replaces: boolean
  readonly kind
  source: KeySource = $state('made')
  secret = $state('')
  keyId = $state('')
  label = $state('')
  /** A day, `2026-12-31`; empty where no end is known. */
  expires = $state('')
  passphrase = $state('')
  again = $state('')
  busy = $state(false)
  failure: Failure | null = $state.raw(null)

  constructor(ports: FormPorts) {
    this.#ports = ports
    this.kind = keyKindOf(ports.account.venue)
    this.replaces = ports.keys.of(ports.account.id) !== undefined
    this.source = ports.practising ? 'practice' : this.kind === 'hmacSha256' ? 'pasted' : 'made'
  }

  /** Whether the passphrase confirms, in place of a Ledger, that the key in use is replaced. */
  readonly provesPassphrase = $derived.by(() => {
    const { keys, account, ledgerThere } = this.#ports
    const unconfirmed = this.failure?.code === 'secret.unconfirmed'
    return keys.of(account.id)?.sealedBy === 'passphrase' && (unconfirmed || !ledgerThere())
  })
  /** The passphrase is asked for where no keyring seals and none is kept, or where it confirms. */
  readonly asksPassphrase = $derived.by(() => {
    const { keys, now } = this.#ports
    const seals = keys.sealing?.keyring === null && unlockedText(keys.sealing, now()) === null
    return seals || this.provesPassphrase
  })
  /** A new passphrase is typed twice: there is nothing yet that could prove it. */
  readonly choosesPassphrase = $derived.by(
    () => this.asksPassphrase && this.#ports.keys.sealing?.passphrase === false,
  )
  readonly complete = $derived.by(
    () =>
      (this.source !== 'pasted' ||
        (this.secret.trim() !== '' && (this.kind !== 'hmacSha256' || this.keyId.trim() !== ''))) &&
      (!this.asksPassphrase || this.passphrase !== ''),
  )

  /** The failure of one field, to be said beside it. */
  failureOf(field: string): Failure | null {
    return this.failure?.field === field ? this.failure : null
  }

  /** Forgets what is secret. */
  forget(): void {
    this.secret = ''
    this.passphrase = ''
    this.again = ''
  }

  #flaw(): Failure | null {
    if (this.expires !== '' && !/^\d{4}-\d\d-\d\d$/.test(this.expires))
      return bad('expiresAt', 'write it as 2026-12-31.')
    if (!this.choosesPassphrase) return null
    if ([...this.passphrase].length < minPassphrase)
      return failure('secret.weakPassphrase', { minimum: minPassphrase })
    return this.passphrase === this.again ? null : bad('again', 'the two are not the same.')
  }

  #input(): KeyInputView {
    const { expires } = this
    const keyId = this.keyId.trim()
    return {
      accountId: this.#ports.account.id,
      secret: this.source === 'made' ? null : this.secret,
      keyId: keyId === '' ? null : keyId,
      label: this.label.trim(),
      expiresAt: expires === '' ? null : `${expires}T00:00:00.000Z`,
      ...(this.asksPassphrase ? { passphrase: this.passphrase } : {}),
    }
  }

  #keep(): Promise<Answer<ApiKeyView>> {
    const { keys, account } = this.#ports
    if (this.source !== 'practice') return keys.keep(this.#input(), this.replaces)
    const sealing = this.asksPassphrase ? { passphrase: this.passphrase } : {}
    return keys.keepPractice({ accountId: account.id, ...sealing })
  }

  /** Hands the key over; what is public of it when it is kept. */
  async submit(): Promise<ApiKeyView | null> {
    if (!this.complete || this.busy) return null
    this.failure = this.#flaw()
    if (this.failure) return null
    this.busy = true
    const handing = this.#keep()
    this.forget()
    const answer = await handing
    this.busy = false
    if (answer.ok) return answer.value
    this.failure = answer.error
    return null
  }
}
