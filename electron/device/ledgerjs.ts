/**
 * The only door to the @ledgerhq packages: their CommonJS builds (the ESM ones do not load in Node), typed, and
 * loaded when first asked for, so that a machine without libusb can run everything that needs no USB.
 */
import { createRequire } from 'node:module'

/** What Countersign uses of a hw-transport `Transport`: one APDU out, one answer with its status word back. */
export interface ApduTransport {
  /** Sends one raw APDU; the answer ends with its two-byte status word. */
  exchange(apdu: Buffer): Promise<Buffer>
  /** Sends one APDU from its parts; rejects with `TransportStatusError` unless the status word is in `statusList`. */
  send(
    cla: number,
    ins: number,
    p1: number,
    p2: number,
    data?: Buffer,
    statusList?: readonly number[],
  ): Promise<Buffer>
  close(): Promise<void>
}

/** The base class of every transport. A subclass implements `exchange`. */
export type TransportClass = new () => ApduTransport

/** A signature as hw-app-eth returns it: hex without 0x, `v` as the device sent it. */
export interface RawSignature {
  readonly v: number
  readonly r: string
  readonly s: string
}

/** Where hw-app-eth would look things up; every entry is null here, so that it never makes a call. */
export type LoadConfig = Readonly<
  Record<
    | 'calServiceURL'
    | 'cryptoassetsBaseURL'
    | 'pluginBaseURL'
    | 'nftExplorerBaseURL'
    | 'extraPlugins'
    | 'staticERC20Signatures'
    | 'staticEIP712SignaturesV1'
    | 'staticEIP712SignaturesV2',
    null
  >
>

/** What Countersign uses of hw-app-eth's `Eth`. */
export interface EthApp {
  getAddress(path: string, display?: boolean): Promise<{ readonly address: string }>
  getAppConfiguration(): Promise<{ readonly arbitraryDataEnabled: number; readonly version: string }>
  signEIP712Message(path: string, typedData: unknown): Promise<RawSignature>
  signPersonalMessage(path: string, messageHex: string): Promise<RawSignature>
}

/** hw-app-eth's class. */
export type EthClass = new (transport: ApduTransport, scrambleKey: string, loadConfig: LoadConfig) => EthApp

/** A HID device as node-hid lists it. */
export interface HidDevice {
  readonly path?: string
  readonly productId: number
}

/** An open HID transport; `device.pause()` interrupts a pending read. */
export interface HidTransport extends ApduTransport {
  readonly device: { pause(): void }
}

/** USB access: the Ledger devices that are there, and how to open one by its path. */
export interface NodeHid {
  devices(): readonly HidDevice[]
  open(path: string): Promise<HidTransport>
}

/** An open transport to Speculos' HTTP interface; `instance` is its axios client. */
export interface SpeculosTransport extends ApduTransport {
  readonly instance: { readonly defaults: { signal?: AbortSignal } }
}

/** Opens a transport to a Speculos HTTP interface. */
export interface SpeculosHttp {
  open(options: {
    readonly baseURL: string
    readonly apiPort: string
    readonly timeout: number
  }): Promise<SpeculosTransport>
}

const load = createRequire(import.meta.url)

/** Loads a package as another one sees it: what that one depends on need not be a dependency of Countersign. */
const requireFrom = (parent: string, name: string): unknown =>
  createRequire(load.resolve(parent))(name) as unknown

/** The base class `Transport` of hw-transport, as hw-app-eth uses it. */
export const loadTransport = (): TransportClass =>
  (requireFrom('@ledgerhq/hw-app-eth', '@ledgerhq/hw-transport') as { default: TransportClass }).default

/** The class `Eth` of hw-app-eth. */
export const loadEth = (): EthClass => (load('@ledgerhq/hw-app-eth') as { default: EthClass }).default

/** USB access through node-hid. Throws where its native library or libusb/libudev is missing. */
export function loadNodeHid(): NodeHid {
  const name = '@ledgerhq/hw-transport-node-hid'
  const hid = load(name) as { default: { open(path: string): Promise<HidTransport> } }
  const { getDevices } = requireFrom(name, `${name}-noevents`) as { getDevices(): readonly HidDevice[] }
  return { devices: () => getDevices(), open: (path) => hid.default.open(path) }
}

/** The transport to Speculos' HTTP interface, kept from proxies and redirects: it talks to loopback only. */
export function loadSpeculosHttp(): SpeculosHttp {
  const name = '@ledgerhq/hw-transport-node-speculos-http'
  const axios = requireFrom(name, 'axios') as {
    default: { defaults: { proxy?: unknown; maxRedirects?: number } }
  }
  Object.assign(axios.default.defaults, { proxy: false, maxRedirects: 0 })
  return (load(name) as { default: SpeculosHttp }).default
}
