/**
 * The port to a Ledger, as the desk sees it. Behind it: HID, Speculos or the practice Ledger.
 * Every operation is a value or a failure of the catalogue (`device.*`); none of them makes an outbound call.
 */
import type { Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { Signature } from '../../shared/signature.ts'
import type { TypedData } from '../../shared/eip712/typed-data.ts'
import type { DeviceModel } from '../../shared/device/models.ts'

/** A device that can be opened. `id` is how a transport finds it now; it is not an identity (that is an address). */
export interface DeviceInfo {
  readonly id: string
  readonly kind: 'hid' | 'speculos' | 'practice'
  readonly model: DeviceModel
}

/** The app that is open on the device, and what it tells about its settings. */
export interface AppState {
  readonly name: string
  readonly version: string
  /** Setting "Blind signing". The setting "Raw messages" cannot be read. */
  readonly blindSigning: boolean
}

/**
 * One device with one owned handle and one queue. Operations that ask the person nothing run one after the other; while
 * one that asks is open or waits for its turn, every other fails with `device.busy`. After `device.unplugged`,
 * `device.timeout`, `device.busy` for want of any answer, or `close`, the handle is closed: open the device anew.
 */
export interface Ledger {
  readonly info: DeviceInfo
  /** App name, version and readable settings. Fails when it is not a usable Ethereum app. */
  app(): Promise<Result<AppState>>
  /** The address at `path`, checksummed. With `display` the device shows it and asks. */
  address(path: string, options?: { readonly display?: boolean }): Promise<Result<Hex>>
  /** Signs typed data with `path`; the signature is kept only if `expected` is the recovered signer of its digest. */
  signTypedData(path: string, typedData: TypedData, expected: Hex): Promise<Result<Signature>>
  /** Signs a personal message (EIP-191) with `path`; checked like typed data. */
  signPersonalMessage(path: string, message: Uint8Array, expected: Hex): Promise<Result<Signature>>
  /** Ends what is pending and gives the handle back. Safe to call twice. */
  close(): Promise<void>
}

/** Finds and opens the devices of one kind of transport. */
export interface LedgerSource {
  list(): Promise<Result<readonly DeviceInfo[]>>
  /** Opens one device; without `id` the only one there is (`device.none`, `device.several`). */
  open(id?: string): Promise<Result<Ledger>>
}
