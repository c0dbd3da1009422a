/** The screen of a practice Ledger: what is on it, where inputs lead, and who is told of changes. */
import { firstPage } from '../../../shared/device/flow.ts'
import type { DeviceFlow, DeviceInput, DeviceScreen, FlowPage } from '../../../shared/device/flow.ts'

/** Called with each new screen. */
export type ScreenListener = (screen: DeviceScreen) => void

/** A decision about what is asked, and the screen that closes the question. */
export interface Decision {
  readonly approved: boolean
  readonly closing: DeviceScreen
}

/** What an input did: nothing, something on the screen, or a decision. */
export type InputResult = 'nothing' | 'moved' | Decision

/** A screen that shows a flow of pages, a message for a moment, or the idle screen. */
export class Display {
  readonly #listeners = new Set<ScreenListener>()
  readonly #idle: () => DeviceScreen
  readonly #locked: () => DeviceScreen | undefined
  #flow: { readonly flow: DeviceFlow; readonly page: FlowPage } | undefined
  #message: DeviceScreen | undefined

  /** `idle` is shown when nothing else is; `locked` covers everything while it returns a screen. */
  constructor(idle: () => DeviceScreen, locked: () => DeviceScreen | undefined) {
    this.#idle = idle
    this.#locked = locked
  }

  /** What is to be seen now. */
  get screen(): DeviceScreen {
    if (this.#flow === undefined) return this.#locked() ?? this.#message ?? this.#idle()
    return this.#locked() ?? { lines: this.#flow.page.lines }
  }

  /** The page of the flow on the screen; undefined when there is none, or when the screen is locked. */
  get page(): FlowPage | undefined {
    return this.#locked() === undefined ? this.#flow?.page : undefined
  }

  /** Adds a listener; returns how to remove it. */
  listen(listener: ScreenListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells the listeners what is on the screen now. */
  changed(): void {
    for (const listener of this.#listeners) listener(this.screen)
  }

  /** Shows the first page of a flow. */
  open(flow: DeviceFlow): void {
    this.#flow = { flow, page: firstPage(flow) }
    this.#message = undefined
    this.changed()
  }

  /** Ends what is shown, for a message or for the idle screen. */
  show(message?: DeviceScreen): void {
    this.#flow = undefined
    this.#message = message
    this.changed()
  }

  /** Does what an input does on this screen. A decision is returned; the screen stays until it is acted on. */
  input(action: DeviceInput): InputResult {
    if (this.#locked() !== undefined) return 'nothing'
    if (this.#flow === undefined) return this.#dismiss()
    const { flow, page } = this.#flow
    const target = page.on[action]
    if (target === undefined) return 'nothing'
    if (target === 'approved' || target === 'rejected')
      return { approved: target === 'approved', closing: flow[target] }
    if (target === 'dismissed') this.show()
    else this.#turn(flow, target)
    return 'moved'
  }

  #dismiss(): InputResult {
    if (this.#message === undefined) return 'nothing'
    this.show()
    return 'moved'
  }

  #turn(flow: DeviceFlow, index: number): void {
    const page = flow.pages[index]
    if (page === undefined) throw new Error('a flow leads to a page that it does not have')
    this.#flow = { flow, page }
    this.changed()
  }
}
