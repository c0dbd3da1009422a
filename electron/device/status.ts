/**
 * The single place where status words and library errors become failures of the catalogue. Errors are known by `name`,
 * `id` and `statusCode`: the libraries carry several copies of each class, so `instanceof` proves nothing.
 */
import { failure, type Failure } from '../../shared/errors.ts'
import { typedDataAdvice, type DeviceModel } from '../../shared/device/models.ts'

/** What was going on when an error came: the device, the path, and the last APDU that was sent. */
export interface ErrorContext {
  readonly model: DeviceModel
  /** Where the device is, for a person: a path of /dev, a URL, "practice". */
  readonly address: string
  readonly path?: string | undefined
  readonly lastApdu?: Uint8Array | undefined
  /** How long a silent device was waited for, in ms. */
  readonly silentMs?: number
}

/** Codes of a locked device: OS 2 and later, older firmware, and two of the first apps. */
const lockCodes: readonly number[] = [0x5515, 0x6982, 0x6b0c, 0x6804]
/** Codes of the dashboard, where no app is open. */
const noAppCodes: readonly number[] = [0x6511, 0x6d02]
/** What other apps answer to the Ethereum app's commands; 0x6a86 to its configuration call. */
const wrongAppCodes: readonly number[] = [0x6e00, 0x6d00, 0x6a86]
const rejectedCodes: readonly number[] = [0x6985, 0x5501]

/** The instructions by which EIP-712 values are sent and signed; before them the app does not look at its settings. */
const valueInstructions: readonly (number | undefined)[] = [0x1c, 0x0c]

/** The failure for a status word other than 0x9000. */
export function failureOfStatus(status: number, context: ErrorContext): Failure {
  if (lockCodes.includes(status)) return failure('device.locked')
  if (noAppCodes.includes(status)) return failure('device.noApp')
  if (wrongAppCodes.includes(status)) return failure('device.wrongApp', { app: 'another app' })
  if (rejectedCodes.includes(status)) return failure('device.rejected')
  if (status === 0x6a15) return failure('device.badPath', { path: context.path ?? '?' })
  if (status === 0x6a84) return failure('device.tooLarge')
  if (status === 0x6a80 && valueInstructions.includes(context.lastApdu?.[1]))
    return failure('device.settingOff', { advice: typedDataAdvice(context.model) })
  return failure('device.refused', { status: status.toString(16).padStart(4, '0') })
}

const unplugged = () => failure('device.unplugged')
const busy = () => failure('device.busy')
const inUse = () => failure('device.inUse')
const none = () => failure('device.none')

/** Failures by the `name` of an error, or by the `id` of a `TransportError`. */
const byName = new Map<string, () => Failure>([
  ['DisconnectedDevice', unplugged],
  ['DisconnectedDeviceDuringOperation', unplugged],
  ['TransportRaceCondition', busy],
  ['TransportLocked', busy],
  ['TransportExchangeTimeoutError', busy],
  ['InvalidChannel', inUse],
  ['InvalidTag', inUse],
  ['InvalidSequence', inUse],
  ['CantOpenDevice', inUse],
  ['NoDevice', none],
  ['NoDeviceFound', none],
  ['ListenTimeout', none],
  ['LockedDeviceError', () => failure('device.locked')],
  ['UserRefusedOnDevice', () => failure('device.rejected')],
  ['UserRefusedAddress', () => failure('device.rejected')],
])

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The failure for whatever a transport or hw-app-eth threw. */
export function failureOf(error: unknown, context: ErrorContext): Failure {
  const { name, id, statusCode, message, code } = Object(error) as Record<string, unknown>
  if (typeof statusCode === 'number') return failureOfStatus(statusCode, context)
  if (name === 'SilentDevice')
    return failure('device.silent', { seconds: Math.ceil((context.silentMs ?? 0) / 1000) })
  const known = byName.get(textOf(id)) ?? byName.get(textOf(name))
  if (known) return known()
  const detail = textOf(message) || String(error)
  if (name === 'AxiosError' || /^(ECONN|ETIMEDOUT|EPIPE|EHOST|ENET)/.test(textOf(code)))
    return failure('device.unreachable', { address: context.address, detail: detail || textOf(code) })
  return failure('device.protocol', { detail })
}
