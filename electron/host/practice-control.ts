/** The practice Ledger as a person handles it: seen, pressed, locked, unplugged, exchanged for another model. */
import type { PracticeLedgerView } from '../../shared/contract.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import type { LedgerSource } from '../device/port.ts'
import { PracticeLedger } from '../device/practice/practice-ledger.ts'
import { practiceSource } from '../device/practice.ts'

/** What can be done to the practice Ledger beside pressing its buttons. */
export interface PracticeChange {
  readonly model?: 'nanoSP' | 'nanoX' | 'stax'
  readonly plugged?: boolean
  readonly locked?: boolean
  readonly app?: 'Ethereum' | 'Bitcoin' | 'BOLOS'
  readonly rawMessages?: boolean
  readonly blindSigning?: boolean
}

/** One practice Ledger after the other: changing the model unplugs the old one. */
export class PracticeControl {
  readonly #onChange: (view: PracticeLedgerView) => void
  #ledger: PracticeLedger
  #locked = false
  #stopListening: () => void

  constructor(model: DeviceModel, onChange: (view: PracticeLedgerView) => void) {
    this.#onChange = onChange
    this.#ledger = new PracticeLedger({ model, settings: { rawMessages: true } })
    this.#stopListening = this.#listen()
  }

  /** The practice Ledger as a source of devices. */
  readonly source: LedgerSource = {
    list: () => practiceSource(this.#ledger).list(),
    open: (id) => practiceSource(this.#ledger).open(id),
  }

  /** What it shows now. */
  get view(): PracticeLedgerView {
    const { model, screen, inputs, asking, plugged, app, settings } = this.#ledger
    const lines = [...screen.lines]
    return {
      model,
      lines,
      inputs: [...inputs],
      asking,
      plugged,
      locked: this.#locked,
      app: app.name,
      settings,
    }
  }

  /** Presses or touches it; false where the input does nothing now. */
  input(input: string): boolean {
    return this.#ledger.input(input)
  }

  /** Does to it what a person does with their hands. */
  change({ model, plugged, locked, app, rawMessages, blindSigning }: PracticeChange): void {
    if (model !== undefined && model !== this.#ledger.model) this.#replace(model)
    if (plugged !== undefined && plugged !== this.#ledger.plugged) this.#plug(plugged)
    if (app !== undefined) this.#ledger.openApp(app)
    if (locked !== undefined) this.#lock(locked)
    this.#ledger.setSettings({
      ...(rawMessages === undefined ? {} : { rawMessages }),
      ...(blindSigning === undefined ? {} : { blindSigning }),
    })
    this.#onChange(this.view)
  }

  #lock(locked: boolean): void {
    this.#locked = locked
    if (locked) this.#ledger.lock()
    else this.#ledger.unlock()
  }

  /** Plugged in again it opens its Ethereum app by itself: that is one thing less to learn. */
  #plug(plugged: boolean): void {
    if (!plugged) {
      this.#ledger.unplug()
      return
    }
    this.#ledger.plug()
    this.#ledger.openApp('Ethereum')
  }

  #replace(model: DeviceModel): void {
    const { settings } = this.#ledger
    this.#stopListening()
    if (this.#ledger.plugged) this.#ledger.unplug()
    this.#locked = false
    this.#ledger = new PracticeLedger({ model, settings })
    this.#stopListening = this.#listen()
  }

  #listen(): () => void {
    return this.#ledger.onScreen(() => this.#onChange(this.view))
  }
}
