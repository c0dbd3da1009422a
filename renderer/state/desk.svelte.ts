/**
 * The desk of this window: one connection, the session, and the parts that events feed. When the connection ends it is
 * made again by itself, and everything is read anew, so that what is shown is never older than it says.
 */
import { getContext, setContext } from 'svelte'
import type { DeskEvent, FailedSession, Session, WorkView } from '../../shared/contract.ts'
import { needsRecovery, type Failure } from '../../shared/errors.ts'
import { Accounts } from './accounts.svelte.ts'
import { ApiKeys } from './api-keys.svelte.ts'
import { answerOf, type Connection, type DeskClient } from './client.ts'
import { Clock } from './clock.svelte.ts'
import { Device } from './device.svelte.ts'
import { History } from './history.svelte.ts'
import { Keys } from './keys.svelte.ts'
import { Practice } from './practice.svelte.ts'
import { Requests } from './requests.svelte.ts'
import { Router } from './route.svelte.ts'
import { Settings } from './settings.svelte.ts'
import { ThemeChoice } from './theme.svelte.ts'
import { Watched } from './watched.svelte.ts'

/** Whether the desk can be reached. */
export type ConnectionState = 'connecting' | 'open' | 'lost'

/** What the desk needs from the world. */
export interface DeskPorts {
  readonly connect: () => Promise<Connection>
  readonly window: Window
  readonly storage: Storage
  /** Milliseconds between attempts to connect again. */
  readonly retryMs: number
}

/** All state of the window. */
export class Desk {
  readonly #ports: DeskPorts
  #client: DeskClient | null = null
  connection: ConnectionState = $state('connecting')
  /** Null until the desk was reached once. */
  session: Session | null = $state.raw(null)
  /** The desk that could not be opened last, and why. */
  failed: FailedSession | null = $state.raw(null)
  readonly openFailure: Failure | null = $derived(this.failed?.failure ?? null)
  /** Whether that desk's database is lost or damaged, so that there is nothing to open but a backup. */
  readonly broken: FailedSession | null = $derived(
    this.failed && needsRecovery(this.failed.failure) ? this.failed : null,
  )
  readonly mode = $derived(this.session?.mode ?? null)
  readonly practising = $derived(this.mode === 'practice')

  /** What takes long and is under way. */
  works: readonly WorkView[] = $state.raw([])

  /** What stands over the screen by a key or a button. */
  overlay: 'commands' | 'keys' | null = $state(null)

  readonly clock = new Clock()
  readonly keys = new Keys()
  readonly device = new Device()
  readonly accounts = new Accounts(() => this.client)
  readonly apiKeys = new ApiKeys(() => this.client)
  readonly requests = new Requests(() => this.client)
  readonly settings = new Settings(() => this.client)
  readonly history = new History(() => this.client)
  readonly practice = new Practice(() => this.client)
  readonly route: Router
  readonly theme: ThemeChoice
  readonly watched: Watched

  constructor(ports: DeskPorts) {
    this.#ports = ports
    this.route = new Router(ports.window)
    this.theme = new ThemeChoice(ports.storage)
    this.watched = new Watched(ports.storage, () => this.mode ?? 'none')
  }

  /** The contract's calls; only while connected once. */
  get client(): DeskClient {
    if (this.#client === null) throw new Error('The desk is not connected yet.')
    return this.#client
  }

  /** Starts everything that runs by itself; the returned function stops it. */
  start(): () => void {
    let running = true
    const stops = [this.clock.start(), this.route.start(), this.keys.start(this.#ports.window)]
    void this.#stayConnected(() => running)
    return () => {
      running = false
      for (const stop of stops) stop()
    }
  }

  /** Opens practice or the real desk. Where that fails the person is back at the first start, with the reason. */
  async open(mode: 'practice' | 'real'): Promise<void> {
    const answer = await answerOf(this.client.session.open({ mode }))
    this.failed = answer.ok ? null : { mode, failure: answer.error }
    this.#clear()
    this.session = answer.ok ? answer.value : await this.client.session.get()
    this.route.go('#/home')
    await this.#load()
  }

  /** Leaves a desk that cannot be opened as it is; the person chooses anew. */
  leaveFailed(): void {
    this.failed = null
  }

  async #stayConnected(running: () => boolean): Promise<void> {
    while (running()) {
      try {
        const { client, ended } = await this.#ports.connect()
        this.#client = client
        this.session = await client.session.get()
        if (this.session.mode === null) this.failed = await client.session.failed()
        this.connection = 'open'
        await Promise.all([this.#load(), Promise.race([this.#listen(client), ended])])
      } catch {
        // The connection failed or ended: said on the screen below, and tried again.
      }
      this.connection = 'lost'
      this.works = []
      await new Promise((resolve) => setTimeout(resolve, this.#ports.retryMs))
    }
  }

  async #listen(client: DeskClient): Promise<void> {
    for await (const event of await client.events()) this.#follow(event)
  }

  #follow(event: DeskEvent): void {
    if (event.type === 'device') this.device.state = event.device
    else if (event.type === 'practice') this.practice.ledger = event.practice
    else if (event.type === 'work') this.works = event.works
    else if (event.type === 'accounts') void this.accounts.load()
    else if (event.type === 'keys') void this.apiKeys.load()
    else this.requests.follow(event)
  }

  async #load(): Promise<void> {
    if (this.mode === null) return
    this.device.state = await this.client.device.get()
    void this.history.verify()
    await Promise.all([this.practice.load(), this.accounts.load(), this.requests.load()])
  }

  #clear(): void {
    this.requests.clear()
    this.settings.clear()
    this.history.clear()
    this.apiKeys.clear()
    this.accounts.list = []
    this.accounts.loaded = false
  }
}

const key = Symbol('desk')

/** Gives the desk to all components below. */
export const provideDesk = (desk: Desk): Desk => setContext(key, desk)

/** The desk of this window. */
export const useDesk = (): Desk => getContext<Desk>(key)

/** The shortcuts of this window; none where a component stands alone. */
export const useKeys = (): Keys | undefined => getContext<Desk | undefined>(key)?.keys
