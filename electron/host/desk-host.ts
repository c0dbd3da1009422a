/** One desk as the screens meet it: the open world, what is going on in it, and the events that tell of it. */
import { join } from 'node:path'
import { EventPublisher } from '@orpc/server'
import type {
  DeskEvent,
  DeviceState,
  FailedSession,
  PracticeLedgerView,
  Session,
} from '../../shared/contract.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { startDailyBackup, type DailyBackup } from '../desk/daily-backup.ts'
import type { DeskPorts } from '../desk/ports.ts'
import { openWorld, type World } from '../desk/world.ts'
import type { Keyring } from '../secrets/keyring.ts'
import { dataFolder } from '../store/data-folder.ts'
import { databaseName } from '../store/open-store.ts'
import { stampOf } from '../store/verified-mark.ts'
import { watchDevice, type DeviceWatch } from './device-watch.ts'
import { HistoryCheck } from './history-check.ts'
import { PracticeControl } from './practice-control.ts'
import { Works } from './works.ts'

/** How a desk is opened. */
export interface DeskHostOptions {
  readonly shell: Session['shell']
  readonly version: string
  /**
   * Folder of the database, in place of the person's own. The other mode's is a folder inside it, for practice and real
   * are never mixed.
   */
  readonly dataDir?: string
  /** The mode that is opened at once, and whose database is right in `dataDir`; null to let the person choose. */
  readonly mode?: HistoryMode | null
  /** A `--device` value. */
  readonly device?: string
  /** This machine's keyring, in the window where there is a real one. */
  readonly keyring?: Keyring | null
}

const noDevice: DeviceState = { presence: 'none', model: null, app: null, failure: null, checkedAtMs: 0 }

interface OpenDesk {
  readonly world: World
  readonly watch: DeviceWatch
  readonly backup: DailyBackup
  readonly check: HistoryCheck
  /** Null outside practice, and in practice with an emulator. */
  readonly ledger: PracticeControl | null
}

/** A desk for one or more screens. At most one world is open at a time. */
export class DeskHost {
  readonly #options: DeskHostOptions
  readonly #events = new EventPublisher<{ event: DeskEvent }>()
  /** What takes long, of whichever desk. */
  readonly works = new Works(() => this.publish({ type: 'work', works: this.works.view }))
  #open: OpenDesk | undefined
  #failed: FailedSession | null = null
  /** The opening that is under way: two screens that open at once share one world. */
  #opening: Promise<unknown> = Promise.resolve()

  constructor(options: DeskHostOptions) {
    this.#options = options
  }

  /** Where the person is. */
  get session(): Session {
    const { shell, version } = this.#options
    const world = this.#open?.world
    return { mode: world?.mode ?? null, shell, version, path: world?.path ?? null }
  }

  /** The desk that could not be opened last, and why; null when the last one was. */
  get failed(): FailedSession | null {
    return this.#failed
  }

  /** The device as it was last seen. */
  get device(): DeviceState {
    return this.#open?.watch.state ?? noDevice
  }

  /** What the practice Ledger shows; null outside practice. */
  get practice(): PracticeLedgerView | null {
    return this.#open?.ledger?.view ?? null
  }

  /** The daily backups of the open world. Fails with `session.notOpen`. */
  dailyBackup(): Result<DailyBackup> {
    return this.#open ? ok(this.#open.backup) : fail('session.notOpen')
  }

  /** What is known of the history of the open world. Fails with `session.notOpen`. */
  historyCheck(): Result<HistoryCheck> {
    return this.#open ? ok(this.#open.check) : fail('session.notOpen')
  }

  /** The practice Ledger. Fails with `session.notPractice`. */
  ledger(): Result<PracticeControl> {
    return this.#open?.ledger ? ok(this.#open.ledger) : fail('session.notPractice')
  }

  /** The open world. Fails with `session.notOpen`. */
  world(): Result<World> {
    return this.#open ? ok(this.#open.world) : fail('session.notOpen')
  }

  /** Opens the world of a mode; one that is open already stays, another one is closed first. Fails with `store.*`. */
  open(mode: HistoryMode): Promise<Result<Session>> {
    const opened = this.#opening.then(() => this.#openNow(mode))
    this.#opening = opened
    return opened
  }

  async #openNow(mode: HistoryMode): Promise<Result<Session>> {
    if (this.#open?.world.mode === mode) return ok(this.session)
    await this.close()
    let ledger: PracticeControl | null = null
    const stamp = stampOf(join(this.folder(mode), databaseName))
    const opened = await openWorld({
      mode,
      dir: this.folder(mode),
      ...this.namedDevice(mode),
      keyring: this.#options.keyring ?? null,
      practiceLedger: (model) => {
        ledger = new PracticeControl(model, (practice) => {
          this.publish({ type: 'practice', practice })
          void this.#open?.watch.look()
        })
        return ledger.source
      },
    })
    this.#failed = opened.ok ? null : { mode, failure: opened.error }
    if (!opened.ok) return opened
    const world = opened.value
    const watch = watchDevice(world.source, world.ports.now, (seen) =>
      this.publish({ type: 'device', device: seen }),
    )
    const backup = startDailyBackup(world.ports.store, world.ports.now, (work) =>
      this.works.run('backup', work),
    )
    const check = new HistoryCheck(world.ports.store, world.ports.now, this.works, stamp)
    this.#open = { world: { ...world, ports: this.#followed(world.ports) }, watch, backup, check, ledger }
    await watch.look()
    return ok(this.session)
  }

  /** Tells every screen. */
  publish(event: DeskEvent): void {
    this.#events.publish('event', event)
  }

  /** How things are, then everything that happens until `signal` ends it. */
  async *events(signal: AbortSignal | undefined): AsyncGenerator<DeskEvent, void> {
    const following = this.#events.subscribe('event', signal ? { signal } : {})
    yield { type: 'device', device: this.device }
    if (this.practice) yield { type: 'practice', practice: this.practice }
    yield { type: 'work', works: this.works.view }
    yield* following
  }

  /** Runs something about a request and tells the screens when it is over, however it ended. */
  async about<T>(id: string, work: (world: World) => Promise<Result<T>>): Promise<Result<T>> {
    const world = this.world()
    if (!world.ok) return world
    try {
      return await work(world.value)
    } finally {
      this.publish({ type: 'progress', id, step: 'idle' })
      if (this.#open?.world === world.value) await this.#tellState(world.value, id)
    }
  }

  async #tellState({ ports }: World, id: string): Promise<void> {
    const stored = await ports.store.requests.get(id)
    if (stored.ok) this.publish({ type: 'request', id, state: stored.value.state })
  }

  /** Closes what is open. Safe to call twice. */
  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await this.works.stopAll()
    if (!open) return
    await open.watch.stop()
    await open.backup.stop()
    const { remember } = open.check.close()
    await open.world.close()
    remember()
  }

  /** Whether a mode is the one that the options are about. */
  #isFirst(mode: HistoryMode): boolean {
    return mode === (this.#options.mode ?? 'real')
  }

  /** The folder of a mode's database. */
  folder(mode: HistoryMode): string {
    const { dataDir } = this.#options
    if (dataDir === undefined) return dataFolder(mode)
    return this.#isFirst(mode) ? dataDir : join(dataDir, mode)
  }

  /** The `--device` value of a mode, if one was told. */
  namedDevice(mode: HistoryMode): { readonly device?: string } {
    const { device } = this.#options
    return device === undefined || !this.#isFirst(mode) ? {} : { device }
  }

  #followed(ports: DeskPorts): DeskPorts {
    return { ...ports, onStep: (id, step) => this.publish({ type: 'progress', id, step }) }
  }
}
