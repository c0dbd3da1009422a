/** The requests of this desk, live: what the desk last said about each, and what it is doing about it now. */
import { SvelteMap } from 'svelte/reactivity'
import type * as v from 'valibot'
import type {
  DeskEvent,
  PreparedRevocationView,
  RequestView,
  prepareInputSchema,
  preparationSchema,
  stepSchema,
} from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { RevocationTerms } from '../../shared/venues/module.ts'
import { answerOf, type Answer, type DeskClient } from './client.ts'

/** What the desk is doing about a request. */
export type Step = Extract<DeskEvent, { type: 'progress' }>['step']
/** What a step of sending or reconciling gives. */
export type StepResult = v.InferOutput<typeof stepSchema>
/** What an operator wants. */
export type PrepareInput = v.InferInput<typeof prepareInputSchema>
/** What preparing gives. */
export type Preparation = v.InferOutput<typeof preparationSchema>

/** How many requests are read when the window opens. */
const shownAtOnce = 200

/** Requests by id. Every method that changes one keeps what the desk answers. */
export class Requests {
  readonly #client: () => DeskClient
  readonly #byId = new SvelteMap<string, RequestView>()
  readonly #steps = new SvelteMap<string, Step>()
  /** The digest by which each request was shown first in this window: no other one is ever signed or sent from here. */
  readonly #shown = new SvelteMap<string, Hex>()
  failure: Failure | null = $state.raw(null)
  loaded = $state(false)
  /** Newest first. */
  readonly list = $derived([...this.#byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1)))

  constructor(client: () => DeskClient) {
    this.#client = client
  }

  byId(id: string): RequestView | undefined {
    return this.#byId.get(id)
  }

  /** The digest by which a request was shown first in this window. */
  shownDigest(id: string): Hex | undefined {
    return this.#shown.get(id)
  }

  /** What the desk is doing about a request now; `idle` for nothing. */
  stepOf(id: string): Step {
    return this.#steps.get(id) ?? 'idle'
  }

  async load(): Promise<void> {
    const answer = await answerOf(this.#client().requests.list({ limit: shownAtOnce }))
    this.failure = answer.ok ? null : answer.error
    if (!answer.ok) return
    this.#byId.clear()
    for (const request of answer.value) this.#set(request)
    this.loaded = true
  }

  /** Forgets everything: another desk was opened. */
  clear(): void {
    this.#byId.clear()
    this.#steps.clear()
    this.#shown.clear()
    this.loaded = false
  }

  /** Follows an event about a request. */
  follow(event: Extract<DeskEvent, { type: 'request' | 'progress' }>): void {
    if (event.type === 'request') void this.refresh(event.id)
    else this.#steps.set(event.id, event.step)
  }

  async refresh(id: string): Promise<Answer<RequestView>> {
    return this.#keep(await answerOf(this.#client().requests.get({ id })))
  }

  async prepare(input: PrepareInput): Promise<Answer<Preparation>> {
    const answer = await answerOf(this.#client().requests.prepare(input))
    if (answer.ok && answer.value.kind === 'prepared') this.#set(answer.value.request)
    return answer
  }

  /** Asks the device for the request of this digest; resolves when it was answered. */
  async sign(id: string, digest: Hex): Promise<Answer<RequestView>> {
    return this.#keep(await answerOf(this.#client().requests.sign({ id, digest })))
  }

  /** Takes the question off the device. */
  stopAsking(): Promise<Answer<null>> {
    return answerOf(this.#client().requests.stopAsking())
  }

  /** Sends the request of this digest. */
  async submit(id: string, digest: Hex): Promise<Answer<StepResult>> {
    return this.#keepStep(await answerOf(this.#client().requests.submit({ id, digest })))
  }

  async reconcile(id: string): Promise<Answer<StepResult>> {
    return this.#keepStep(await answerOf(this.#client().requests.reconcile({ id })))
  }

  /** What revoking would sign now. */
  prepareRevocation(id: string): Promise<Answer<PreparedRevocationView>> {
    return answerOf(this.#client().requests.prepareRevocation({ id }))
  }

  /** Has the device sign what uses up the request's nonce, on the terms that were shown, and sends it. */
  async revoke(id: string, terms: RevocationTerms | null): Promise<Answer<StepResult>> {
    return this.#keepStep(await answerOf(this.#client().requests.revoke({ id, terms })))
  }

  async withdraw(id: string): Promise<Answer<RequestView>> {
    return this.#keep(await answerOf(this.#client().requests.withdraw({ id })))
  }

  #set(request: RequestView): void {
    if (!this.#shown.has(request.id)) this.#shown.set(request.id, request.prepared.digests.digest)
    this.#byId.set(request.id, request)
  }

  #keep(answer: Answer<RequestView>): Answer<RequestView> {
    if (answer.ok) this.#set(answer.value)
    return answer
  }

  #keepStep(answer: Answer<StepResult>): Answer<StepResult> {
    if (answer.ok) this.#set(answer.value.request)
    return answer
  }
}
