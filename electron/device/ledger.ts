/**
 * The Ethereum app on one device, behind the port: one handle, one queue, every answer checked before it is kept.
 *
 * Operations that ask the person nothing wait for each other. While one that asks is open, or waits for its turn, every
 * other gets `device.busy` at once: only harmless APDUs may reach the app during a review (others crash it), and a
 * second question must never come up unexpected behind the first.
 *
 * A handle is good until `close`, or until the device is unplugged or stops answering: then it is closed here, and the
 * person's next try opens a new one. Nothing that a person prepared is lost by that.
 */
import { getAddress, hashMessage, isAddress } from 'viem/utils'
import { failure, fail, ok, type ErrorCode, type Failure, type Result } from '../../shared/errors.ts'
import { checkForDevice } from '../../shared/eip712/device-checks.ts'
import { hashTypedData, type TypedData } from '../../shared/eip712/typed-data.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import type { Signature } from '../../shared/signature.ts'
import { withinLimit } from '../time-limit.ts'
import { parseRunningApp, requireEthereum, type RunningApp } from './app-state.ts'
import { ownHandle, type Handle, type OpenedTransport } from './handle.ts'
import { loadEth, type EthApp, type LoadConfig, type RawSignature } from './ledgerjs.ts'
import { checkPath } from './path.ts'
import type { AppState, DeviceInfo, Ledger } from './port.ts'
import { acceptSignature } from './signature-check.ts'
import { failureOf } from './status.ts'

/** Every look-up of hw-app-eth turned off: signing makes no outbound call. */
const offline: LoadConfig = {
  calServiceURL: null,
  cryptoassetsBaseURL: null,
  pluginBaseURL: null,
  nftExplorerBaseURL: null,
  extraPlugins: null,
  staticERC20Signatures: null,
  staticEIP712SignaturesV1: null,
  staticEIP712SignaturesV2: null,
}

/**
 * `E0 1A 00 01 00`, a struct definition with a P2 that does not exist: the app forgets an interrupted EIP-712 flow and
 * takes an open review off its screen. It answers 0x6b00, or 0x6a00 when there was something to forget.
 */
const resetApdu = Buffer.from('e01a000100', 'hex')
const resetAnswers: readonly number[] = [0x9000, 0x6b00, 0x6a00]

/** How long to wait, in milliseconds: for an answer that needs no person, and for a whole review. */
export interface TimeLimits {
  readonly quiet: number
  readonly review: number
}

/** Ten seconds for the device, ten minutes for the person: a Nano shows 20 to 30 screens. */
export const defaultLimits: TimeLimits = { quiet: 10_000, review: 600_000 }

/** After these the handle tells nothing reliable any more. */
const fatal: readonly ErrorCode[] = [
  'device.unplugged',
  'device.unreachable',
  'device.inUse',
  'device.protocol',
  'device.none',
  'device.silent',
]

/** Takes over an opened transport and speaks to the Ethereum app through it. */
export function createLedger(
  info: DeviceInfo,
  opened: OpenedTransport,
  limits: TimeLimits = defaultLimits,
): Ledger {
  return new OwnedLedger(info, ownHandle(opened, limits.quiet), limits)
}

class OwnedLedger implements Ledger {
  readonly info: DeviceInfo
  readonly #handle: Handle
  readonly #limits: TimeLimits
  readonly #eth: EthApp
  #tail: Promise<unknown> = Promise.resolve()
  #reviews = 0
  #ended: Failure | undefined

  constructor(info: DeviceInfo, handle: Handle, limits: TimeLimits) {
    this.info = info
    this.#handle = handle
    this.#limits = limits
    const Eth = loadEth()
    this.#eth = new Eth(handle.transport, 'w0w', offline)
  }

  app(): Promise<Result<AppState>> {
    return this.#queue(false, async () => {
      const app = await this.#requireApp()
      if (!app.ok) return app
      const settings = await this.#ask(() => this.#eth.getAppConfiguration())
      return settings.ok
        ? ok({ ...app.value, blindSigning: settings.value.arbitraryDataEnabled !== 0 })
        : settings
    })
  }

  address(path: string, { display = false }: { readonly display?: boolean } = {}): Promise<Result<Hex>> {
    return this.#queue(display, async () => {
      const ready = await this.#makeReady(path)
      if (!ready.ok || !display) return ready
      const shown = await this.#review(path, () => this.#eth.getAddress(path, true))
      return shown.ok ? readAddress(shown.value.address) : shown
    })
  }

  signTypedData(path: string, typedData: TypedData, expected: Hex): Promise<Result<Signature>> {
    const checked = checkForDevice(typedData)
    if (!checked.ok) return Promise.resolve(checked)
    const { digest } = hashTypedData(checked.value)
    const sign = () => this.#eth.signEIP712Message(path, checked.value)
    return this.#sign(path, digest, expected, sign, resetApdu)
  }

  signPersonalMessage(path: string, message: Uint8Array, expected: Hex): Promise<Result<Signature>> {
    if (message.length === 0)
      return Promise.resolve(fail('device.cannotSign', { detail: 'the message is empty.' }))
    const digest = hashMessage({ raw: message })
    const sign = () => this.#eth.signPersonalMessage(path, Buffer.from(message).toString('hex'))
    return this.#sign(path, digest, expected, sign)
  }

  close(): Promise<void> {
    return this.#end(failure('device.closed'))
  }

  #sign(
    path: string,
    digest: Hex,
    expected: Hex,
    sign: () => Promise<RawSignature>,
    farewell?: Buffer,
  ): Promise<Result<Signature>> {
    return this.#queue(true, async () => {
      const actual = await this.#makeReady(path)
      if (!actual.ok) return actual
      if (lower(actual.value) !== lower(expected))
        return fail('device.notThisOne', { actual: actual.value, path, expected })
      const raw = await this.#review(path, sign, farewell)
      return raw.ok ? acceptSignature(raw.value, digest, expected) : raw
    })
  }

  /** Runs operations one after the other; a review keeps all others away. */
  async #queue<T>(isReview: boolean, operation: () => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#reviews > 0) return fail('device.busy')
    if (isReview) this.#reviews += 1
    const mine = this.#tail.then(operation)
    this.#tail = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      if (isReview) this.#reviews -= 1
    }
  }

  /** Makes sure of the app, clears what an interrupted flow left, and reads the address at the path: no screen changes. */
  async #makeReady(path: string): Promise<Result<Hex>> {
    const checked = checkPath(path)
    if (!checked.ok) return checked
    const app = await this.#requireApp()
    if (!app.ok) return app
    const { transport } = this.#handle
    const reset = await this.#ask(() => transport.send(0xe0, 0x1a, 0, 1, undefined, resetAnswers))
    if (!reset.ok) return reset
    const answer = await this.#ask(() => this.#eth.getAddress(path), path)
    return answer.ok ? readAddress(answer.value.address) : answer
  }

  async #requireApp(): Promise<Result<RunningApp>> {
    const answer = await this.#ask(() => this.#handle.transport.send(0xb0, 0x01, 0, 0))
    if (!answer.ok) return answer
    const app = parseRunningApp(answer.value)
    return app.ok ? requireEthereum(app.value, this.info.model) : app
  }

  /** Work that needs no person. */
  #ask<T>(work: () => Promise<T>, path?: string): Promise<Result<T>> {
    return this.#within(this.#limits.quiet, failure('device.busy'), work, path)
  }

  /** Work that waits for a person. After the time limit `farewell` takes the review off the screen. */
  #review<T>(path: string, work: () => Promise<T>, farewell?: Buffer): Promise<Result<T>> {
    const seconds = Math.round(this.#limits.review / 1000)
    return this.#within(this.#limits.review, failure('device.timeout', { seconds }), work, path, farewell)
  }

  async #within<T>(
    limit: number,
    late: Failure,
    work: () => Promise<T>,
    path?: string,
    farewell?: Buffer,
  ): Promise<Result<T>> {
    if (this.#ended) return { ok: false, error: this.#ended }
    const answer = work().then(ok, (error: unknown) => this.#failed<T>(error, path))
    const outcome = await withinLimit<Result<T>>(limit, answer)
    if (outcome !== null) return outcome
    await this.#end(failure('device.closed'), farewell)
    return { ok: false, error: late }
  }

  async #failed<T>(error: unknown, path: string | undefined): Promise<Result<T>> {
    if (this.#ended) return { ok: false, error: this.#ended }
    const { model, id: address } = this.info
    const silentMs = this.#limits.quiet
    const found = failureOf(error, { model, address, path, lastApdu: this.#handle.lastApdu(), silentMs })
    if (fatal.includes(found.code)) await this.#end(found)
    return { ok: false, error: found }
  }

  #end(why: Failure, farewell?: Buffer): Promise<void> {
    this.#ended ??= why
    return this.#handle.end(farewell)
  }
}

function readAddress(address: string): Result<Hex> {
  return isAddress(address, { strict: false })
    ? ok(getAddress(address))
    : fail('device.protocol', { detail: 'it is not an address.' })
}
