/**
 * A Ledger for practice: takes APDUs and buttons, shows screens, and signs only what is approved on it.
 * It answers as the Ethereum app 1.22.0 does on the same model with the same settings.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { DeviceInput, DeviceScreen } from '../../../shared/device/flow.ts'
import { factorySettings, screenClass } from '../../../shared/device/models.ts'
import type { DeviceModel, DeviceSettings } from '../../../shared/device/models.ts'
import { flowOf, homeScreen, lockedScreen, settingsErrorFlow } from '../../../shared/device/screens.ts'
import { parseCommand } from './command.ts'
import type { Command } from './command.ts'
import { Display } from './display.ts'
import type { Decision, ScreenListener } from './display.ts'
import { EthereumApp, ethereumVersion } from './ethereum-app.ts'
import type { Outcome, Question } from './ethereum-app.ts'
import { PracticeKeys, practiceMnemonic } from './keys.ts'
import { otherAppAnswer } from './other-apps.ts'
import { answer, sw } from '../../../shared/device/status-words.ts'

/** A device was unplugged, or its app exited, while or before an APDU was answered. */
export class PracticeDisconnected extends Error {
  override readonly name = 'PracticeDisconnected'
}

/** A question was taken off the screen by another command: its own command is never answered. */
export class PracticeSuperseded extends Error {
  override readonly name = 'PracticeSuperseded'
}

/** How a practice Ledger begins. */
export interface PracticeLedgerOptions {
  readonly model: DeviceModel
  /** BIP-39 words; Speculos' public test seed by default. */
  readonly mnemonic?: string
  /** Factory settings (all off) by default. */
  readonly settings?: Partial<DeviceSettings>
  readonly locked?: boolean
}

/** The app that runs; on the home screen the OS answers. */
export interface RunningApp {
  readonly name: string
  readonly version: string
}

const dashboard: RunningApp = { name: 'BOLOS', version: '1.3.0' }

const exited = 'the app on the practice Ledger exited'

const prefixed = (text: string): number[] => [text.length, ...utf8ToBytes(text)]

interface Pending {
  readonly question: Question
  readonly resolve: (data: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/** One practice Ledger. */
export class PracticeLedger {
  readonly model: DeviceModel
  readonly #keys: PracticeKeys
  readonly #display: Display
  #settings: DeviceSettings
  #app: RunningApp = { name: 'Ethereum', version: ethereumVersion }
  #ethereum: EthereumApp
  #plugged = true
  #locked: boolean
  #pending: Pending | undefined
  /** Length of the answer before, which the app's length check leaves in its buffer. */
  #leftover = 2

  constructor({ model, mnemonic = practiceMnemonic, settings = {}, locked = false }: PracticeLedgerOptions) {
    this.model = model
    this.#keys = new PracticeKeys(mnemonic)
    this.#settings = { ...factorySettings, ...settings }
    this.#locked = locked
    this.#ethereum = this.#startEthereum()
    this.#display = new Display(
      () => homeScreen(model, this.#app.name),
      () => (this.#locked ? lockedScreen(model) : undefined),
    )
  }

  #startEthereum(): EthereumApp {
    return new EthereumApp({ model: this.model, keys: this.#keys, settings: () => this.#settings })
  }

  // What the computer sees

  /** Sends an APDU; the answer ends with its status word. Pending while a question is on the screen. */
  async exchange(apdu: Uint8Array): Promise<Uint8Array> {
    if (!this.#plugged) throw new PracticeDisconnected('the practice Ledger is not plugged in')
    if (this.#locked) return answer(sw.locked)
    if (apdu[0] === 0xb0) return this.#osCommand(apdu)
    if (this.#app.name !== 'Ethereum') return otherAppAnswer(this.#app.name, apdu)
    const command = parseCommand(apdu)
    return command === undefined ? this.#badLength(apdu) : this.#run(command)
  }

  /** The length check answers with what is left in the buffer in front of the status word. */
  #badLength(apdu: Uint8Array): Uint8Array {
    this.#ethereum.badLength()
    const data = answer(sw.wrongDataLength, apdu.subarray(0, this.#leftover))
    this.#leftover += 2
    return data
  }

  #osCommand(apdu: Uint8Array): Uint8Array {
    const [, ins = 0] = apdu
    if (ins === 0x01) {
      const { name, version } = this.#app
      return answer(sw.ok, Uint8Array.of(1, ...prefixed(name), ...prefixed(version), 1, 0))
    }
    if (ins !== 0xa7 || this.#app === dashboard) return answer(sw.invalidIns)
    this.#exitTo(dashboard, 'the computer closed the app on the practice Ledger')
    return answer(sw.ok)
  }

  #run(command: Command): Promise<Uint8Array> {
    const outcome = this.#ethereum.handle(command, this.#pending !== undefined)
    if (outcome.kind === 'crash') {
      this.#exitTo(dashboard, exited)
      return Promise.reject(new PracticeDisconnected(exited))
    }
    if (outcome.kind === 'question') return this.#ask(outcome.question)
    return Promise.resolve(this.#answer(outcome))
  }

  #answer({ data, screen }: Extract<Outcome, { kind: 'answer' }>): Uint8Array {
    this.#leftover = data.length
    if (screen !== undefined) {
      this.#abandon(new PracticeSuperseded('another command ended the question on the practice Ledger'))
      if (screen === 'home') this.#display.show()
      else this.#display.open(settingsErrorFlow(this.model))
    }
    return data
  }

  #ask(question: Question): Promise<Uint8Array> {
    this.#leftover = 0
    this.#abandon(new PracticeSuperseded('another question replaced the one on the practice Ledger'))
    const answered = new Promise<Uint8Array>((resolve, reject) => {
      this.#pending = { question, resolve, reject }
    })
    this.#display.open(flowOf(this.model, question.request))
    return answered
  }

  /** Ends a question that can no longer be answered. */
  #abandon(reason: PracticeDisconnected | PracticeSuperseded): void {
    const pending = this.#pending
    this.#pending = undefined
    pending?.reject(reason)
  }

  /** Ends the running app, and the question in it, for another one. */
  #exitTo(app: RunningApp, reason: string): void {
    this.#abandon(new PracticeDisconnected(reason))
    this.#ethereum = this.#startEthereum()
    this.#app = app
    this.#display.show()
  }

  // What the person sees and does

  /** The app that runs now. */
  get app(): RunningApp {
    return this.#app
  }

  /** The settings of the Ethereum app now. */
  get settings(): DeviceSettings {
    return this.#settings
  }

  /** Whether a computer can reach the device. */
  get plugged(): boolean {
    return this.#plugged
  }

  /** Whether a question waits for the person. */
  get asking(): boolean {
    return this.#pending !== undefined
  }

  /** What is on the screen now. */
  get screen(): DeviceScreen {
    return this.#display.screen
  }

  /** What can be done on the screen now; see `DeviceInput`. */
  get inputs(): readonly DeviceInput[] {
    return Object.keys(this.#display.page?.on ?? {})
  }

  /** Calls `listener` with each new screen; returns how to stop. */
  onScreen(listener: ScreenListener): () => void {
    return this.#display.listen(listener)
  }

  /** Presses buttons (Nano) or does what `DeviceInput` describes; false when that does nothing on this screen. */
  input(action: DeviceInput): boolean {
    const result = this.#display.input(action)
    if (typeof result === 'string') return result === 'moved'
    this.#decide(result)
    return true
  }

  #decide({ approved, closing }: Decision): void {
    const pending = this.#pending
    if (pending === undefined) throw new Error('a decision was made, but nothing was asked')
    const { question, resolve } = pending
    const data = approved ? question.approve() : question.reject()
    if (data === 'crash') {
      this.#exitTo(dashboard, exited)
      return
    }
    this.#pending = undefined
    this.#display.show(closing)
    resolve(data)
  }

  /** Nano: presses one button or both. */
  press(button: 'left' | 'right' | 'both'): boolean {
    return screenClass(this.model) === 'nano' && this.input(button)
  }

  #walk(way: 'forward' | 'reject'): void {
    if (this.#pending === undefined) throw new Error('nothing is asked on the practice Ledger')
    while (this.#pending !== undefined) {
      const { page } = this.#display
      if (page === undefined) throw new Error('the practice Ledger is locked')
      if (!this.input(page[way])) throw new Error('a page does not lead on')
    }
  }

  /** Reads every page and approves. Throws when nothing is asked, or on a locked device. */
  approve(): void {
    this.#walk('forward')
  }

  /** Reads every page and rejects at the end. Throws when nothing is asked, or on a locked device. */
  reject(): void {
    this.#walk('reject')
  }

  /** Locks the screen; a question stays open behind it. */
  lock(): void {
    this.#locked = true
    this.#display.changed()
  }

  /** Enters the PIN. */
  unlock(): void {
    this.#locked = false
    this.#display.changed()
  }

  /** Opens an app; "BOLOS" is the home screen. A question in the app before is lost. */
  openApp(name: string, version = name === 'Ethereum' ? ethereumVersion : '1.0.0'): void {
    const app = name === dashboard.name ? dashboard : { name, version }
    this.#exitTo(app, 'another app was opened on the practice Ledger')
  }

  /** Changes settings of the Ethereum app. */
  setSettings(settings: Partial<DeviceSettings>): void {
    this.#settings = { ...this.#settings, ...settings }
  }

  /** Pulls the cable: what is pending fails with `PracticeDisconnected`. */
  unplug(): void {
    this.#plugged = false
    this.#exitTo(dashboard, 'the practice Ledger was unplugged')
  }

  /** Puts the cable back in; the home screen comes up, then `openApp` opens the app. */
  plug(): void {
    this.#plugged = true
    this.#display.changed()
  }
}
