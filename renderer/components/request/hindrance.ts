/** What stands between a request and its signature: how it is headed, drawn, and whether signing goes on by itself. */
import { homeScreen, lockedScreen, settingsErrorFlow } from '../../../shared/device/screens.ts'
import type { DeviceModel } from '../../../shared/device/models.ts'
import type { ErrorCode, Failure } from '../../../shared/errors.ts'

interface Hindrance {
  readonly title: string
  /** The step of the way to a signature at which it stands, from 0: connected, unlocked, app open, asked. */
  readonly at: 0 | 1 | 2 | 3
  /** Nothing was asked yet, so signing may go on by itself once the device is ready. */
  readonly waits: boolean
  /** What to do, where signing then goes on by itself; the catalogue's next step otherwise. */
  readonly meanwhile?: string
  /** What the device answers meanwhile, for those who look it up. */
  readonly status?: string
}

const hindrances: { readonly [code in ErrorCode]?: Hindrance } = {
  'device.none': {
    title: 'No Ledger',
    at: 0,
    waits: true,
    meanwhile: 'Connect it by USB, unlock it and open the Ethereum app.',
  },
  'device.several': { title: 'More than one Ledger', at: 0, waits: true },
  'device.noPermission': { title: 'Not permitted', at: 0, waits: true },
  'device.libraryMissing': { title: 'USB is not available', at: 0, waits: true },
  'device.inUse': {
    title: 'In use elsewhere',
    at: 0,
    waits: true,
    meanwhile: 'Close Ledger Wallet and other wallets, virtual machines and browser tabs that use it.',
  },
  'device.unreachable': { title: 'Out of reach', at: 0, waits: true },
  'device.unplugged': { title: 'Unplugged', at: 0, waits: false },
  'device.closed': { title: 'Connection closed', at: 0, waits: false },
  'device.notThisOne': { title: 'Another Ledger', at: 0, waits: false },
  'device.busy': { title: 'Busy', at: 3, waits: false },
  'device.locked': {
    title: 'Your Ledger is locked',
    at: 1,
    waits: true,
    meanwhile: 'Enter your PIN on it.',
    status: 'The Ledger answers 0x5515 while it is locked.',
  },
  'device.noApp': {
    title: 'No app is open',
    at: 2,
    waits: true,
    meanwhile: 'Open the Ethereum app on it.',
  },
  'device.wrongApp': {
    title: 'Another app is open',
    at: 2,
    waits: true,
    meanwhile: 'Close that app and open the Ethereum app on it.',
  },
  'device.appTooOld': { title: 'The Ethereum app is too old', at: 2, waits: false },
  'device.modelTooOld': { title: 'This Ledger is too old', at: 2, waits: false },
  'device.settingOff': {
    title: 'A setting is off',
    at: 3,
    waits: false,
    status: 'The Ledger answers 0x6a80 where typed data is not allowed.',
  },
  'device.silent': { title: 'The Ledger stopped answering', at: 1, waits: false },
  'device.timeout': { title: 'Nobody answered', at: 3, waits: false },
}

const other: Hindrance = { title: 'Not signed', at: 3, waits: false }

/** What is known about a failure of the device. */
export const hindranceOf = (code: ErrorCode): Hindrance => hindrances[code] ?? other

/** Where each of these stands on the way to a signature. */
export const waySteps = (screens: number): readonly string[] => [
  'Connected by USB',
  'Unlocked with your PIN',
  'Ethereum app open',
  screens > 0 ? `Shows ${screens} screens` : 'Shows the request',
]

/** The app that a failure names; null when it names none. */
const namedApp = ({ message }: Failure): string | null => /"([^"]+)" open/.exec(message)?.[1] ?? null

/** The lines on the device's screen meanwhile; none where that is not known. */
export function hinderedLines(model: DeviceModel, failure: Failure): readonly string[] {
  switch (failure.code) {
    case 'device.locked':
      return lockedScreen(model).lines
    case 'device.noApp':
      return homeScreen(model, 'BOLOS').lines
    case 'device.wrongApp':
      return homeScreen(model, namedApp(failure) ?? 'BOLOS').lines
    case 'device.settingOff':
      return settingsErrorFlow(model).pages[0]?.lines ?? []
    default:
      return []
  }
}
