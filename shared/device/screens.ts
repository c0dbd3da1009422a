/** The screens of a device that are not a question, and the flow of one that is. */
import type { DeviceFlow, DeviceScreen } from './flow.ts'
import { screenClass } from './models.ts'
import type { DeviceModel } from './models.ts'
import { nanoFlow } from './nano-flow.ts'
import type { ReviewRequest } from './requests.ts'
import { touchFlow } from './touch-flow.ts'

/** The pages of a question on a model. */
export const flowOf = (model: DeviceModel, request: ReviewRequest): DeviceFlow =>
  screenClass(model) === 'nano' ? nanoFlow(request) : touchFlow(request)

const nothing: DeviceScreen = { lines: [] }

/** What comes up when a setting that typed data needs is off. */
export function settingsErrorFlow(model: DeviceModel): DeviceFlow {
  const page =
    screenClass(model) === 'nano'
      ? ({
          lines: ['Blind signing must', 'be enabled in', 'settings'],
          on: { both: 'dismissed' },
          forward: 'both',
          reject: 'both',
        } as const)
      : ({
          lines: [
            'This transaction ',
            'cannot be clear-',
            'signed',
            'Enable blind signing in the ',
            'settings to sign this ',
            'transaction.',
            'Reject transaction',
            'Go to settings',
          ],
          on: { 'tap Reject transaction': 'dismissed', 'tap Go to settings': 'dismissed' },
          forward: 'tap Reject transaction',
          reject: 'tap Reject transaction',
        } as const)
  return { pages: [page], approved: nothing, rejected: nothing }
}

/** An app that waits; "BOLOS" is the device's home screen. */
export function homeScreen(model: DeviceModel, app: string): DeviceScreen {
  if (app === 'BOLOS') return { lines: ['Ledger', 'is ready'] }
  if (screenClass(model) === 'nano') return { lines: [app, 'app is ready'] }
  return { lines: [app, 'This app enables signing', 'transactions on the', `${app} network.`, 'Quit app'] }
}

/** A locked device. */
export const lockedScreen = (model: DeviceModel): DeviceScreen => ({
  lines: screenClass(model) === 'nano' ? ['Enter PIN'] : ['Swipe to unlock'],
})
