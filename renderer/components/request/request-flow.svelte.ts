/**
 * One request on its screen: which step is under way, how the last one ended, and whether signing goes on by itself.
 * It signs and sends only when told to, but for one case: where signing was asked for and merely waited for the device.
 * A rejection is never asked again by itself.
 */
import { failure, type ErrorCode, type Failure } from '../../../shared/errors.ts'
import type { Hex } from '../../../shared/hex.ts'
import type { PreparedRevocationView, RequestView } from '../../../shared/contract.ts'
import type { RevocationTerms } from '../../../shared/venues/module.ts'
import type { Answer } from '../../state/client.ts'
import type { Device } from '../../state/device.svelte.ts'
import type { Requests } from '../../state/requests.svelte.ts'
import { shownState } from '../../state/waiting.ts'
import { integrityFailure } from '../IntegrityAlert.svelte'
import { hindranceOf } from './hindrance.ts'

/** What the right panel shows. */
export type Panel =
  | 'altered'
  | 'frozen'
  | 'preview'
  | 'asking'
  | 'hindered'
  | 'rejected'
  | 'signed'
  | 'sending'
  | 'unknown'
  | 'applied'
  | 'refused'
  | 'closed'

/** What was asked of the desk and is not answered yet. */
export type Doing = 'signing' | 'stopping' | 'sending' | 'reading' | 'withdrawing' | 'revoking' | null

/** What the desk says of a database that somebody else changed. */
const alterations: ReadonlySet<ErrorCode> = new Set(['request.altered', 'store.accountAltered'])

interface FlowPorts {
  readonly id: string
  readonly requests: Requests
  readonly device: Device
  readonly now: () => number
}

/** Whether it was open in a copy of which this desk is made, and not sent as far as the copy knows. */
const isFrozen = ({ frozenSince, state }: RequestView): boolean =>
  frozenSince !== null && state !== 'sending' && state !== 'unknown'

/** The state of a request's screen. */
export class RequestFlow {
  readonly #ports: FlowPorts
  doing: Doing = $state(null)
  /** How the last step ended, where it did not end well. */
  failure: Failure | null = $state.raw(null)
  /** The person took the question back. */
  stopped = $state(false)
  /** Signing goes on as soon as the device is ready. */
  waiting = $state(false)
  /** Unix ms when the device was asked, or the venue read, last. */
  sinceMs = $state(0)
  #hindered = false

  constructor(ports: FlowPorts) {
    this.#ports = ports
  }

  readonly request: RequestView | undefined = $derived.by(() => this.#ports.requests.byId(this.#ports.id))
  /** Why it must not be signed or sent: by its own fields, against what was shown first, or as the desk found. */
  readonly altered: Failure | null = $derived.by(() => {
    if (!this.request) return null
    const { id, prepared } = this.request
    const own = integrityFailure(prepared, id)
    if (own) return own
    if (this.#ports.requests.shownDigest(id) !== prepared.digests.digest)
      return failure('request.altered', { request: id, field: 'digest' })
    return this.failure && alterations.has(this.failure.code) ? this.failure : null
  })
  readonly step = $derived.by(() => this.#ports.requests.stepOf(this.#ports.id))
  readonly panel: Panel = $derived.by(() => this.#panel())

  #panel(): Panel {
    if (this.altered) return 'altered'
    const { request } = this
    if (request && isFrozen(request)) return 'frozen'
    // That its time is over the venue's clock decides, which sending asks: until then one that is signed stays so.
    switch (request?.state === 'signed' ? 'signed' : request && shownState(request, this.#ports.now())) {
      case 'prepared':
      case 'approved':
        return this.#unsigned()
      case 'signed':
        return this.doing === 'sending' ? 'sending' : 'signed'
      case 'sending':
        return this.step === 'sending' || this.step === 'proving' || this.doing === 'sending'
          ? 'sending'
          : 'unknown'
      case 'unknown':
        return 'unknown'
      case 'applied':
        return 'applied'
      case 'refused':
        return 'refused'
      default:
        return 'closed'
    }
  }

  #unsigned(): Panel {
    if (this.doing === 'signing' || this.doing === 'stopping' || this.#asked()) return 'asking'
    if (this.failure?.code === 'device.rejected') return 'rejected'
    return this.failure?.code.startsWith('device.') && !this.stopped ? 'hindered' : 'preview'
  }

  #asked(): boolean {
    return this.step === 'approving' || this.step === 'asking'
  }

  /** Asks the device. */
  async sign(): Promise<void> {
    const { requests, id, now } = this.#ports
    this.#begin('signing')
    this.sinceMs = now()
    const answer = await requests.sign(id, this.#digest())
    this.#end(answer.ok ? null : answer.error)
    this.#hindered = !this.#ports.device.ready
    this.waiting = !answer.ok && !this.stopped && hindranceOf(answer.error.code).waits
    if (!answer.ok) await requests.refresh(id)
  }

  /** Takes the question off the device, or ends the waiting for it. */
  async stop(): Promise<void> {
    this.waiting = false
    this.stopped = true
    if (this.panel !== 'asking') {
      this.failure = null
      return
    }
    if (this.doing === 'signing') this.doing = 'stopping'
    await this.#ports.requests.stopAsking()
  }

  /** Follows the device: what merely waited for it goes on when it has become ready. */
  deviceMoved(ready: boolean): void {
    if (!ready) this.#hindered = true
    if (ready && this.waiting && this.#hindered && this.doing === null) void this.sign()
  }

  /** Sends what was signed, once. */
  async send(): Promise<void> {
    const { requests, id } = this.#ports
    this.#begin('sending')
    const answer = await requests.submit(id, this.#digest())
    this.#end(answer.ok ? answer.value.failure : answer.error)
    if (!answer.ok) await requests.refresh(id)
  }

  /** Reads the venue to settle what is not known. */
  async reconcile(): Promise<void> {
    const { requests, id, now } = this.#ports
    this.#begin('reading')
    const answer = await requests.reconcile(id)
    this.sinceMs = now()
    this.#end(answer.ok ? answer.value.failure : answer.error)
  }

  /** What revoking would sign now. */
  prepareRevocation(): Promise<Answer<PreparedRevocationView>> {
    const { requests, id } = this.#ports
    return requests.prepareRevocation(id)
  }

  /** Makes it unusable: the device signs what uses up its nonce, on the terms that were shown. */
  async revoke(terms: RevocationTerms | null): Promise<void> {
    const { requests, id } = this.#ports
    this.#begin('revoking')
    const answer = await requests.revoke(id, terms)
    this.#end(answer.ok ? answer.value.failure : answer.error)
    if (!answer.ok) await requests.refresh(id)
  }

  /** Puts it down as withdrawn. */
  async withdraw(): Promise<void> {
    const { requests, id } = this.#ports
    this.#begin('withdrawing')
    const answer = await requests.withdraw(id)
    this.#end(answer.ok ? null : answer.error)
  }

  /** The digest that was shown: signing and sending name it. */
  #digest(): Hex {
    const { requests, id } = this.#ports
    const digest = requests.shownDigest(id)
    if (digest === undefined) throw new Error('nothing is signed or sent that was not shown')
    return digest
  }

  #begin(doing: Doing): void {
    this.doing = doing
    this.failure = null
    this.stopped = false
    this.waiting = false
  }

  #end(failure: Failure | null): void {
    this.doing = null
    this.failure = failure
  }
}
