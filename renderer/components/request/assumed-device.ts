/** The device that a preview is made for: the one that is there, as far as it can be known before it is asked. */
import type { DeviceState, PracticeLedgerView } from '../../../shared/contract.ts'
import type { DeviceModel, DeviceSettings } from '../../../shared/device/models.ts'

/** A model with the settings it is assumed to have. */
export interface AssumedDevice {
  readonly model: DeviceModel
  readonly settings: DeviceSettings
}

/**
 * The device to preview for. A real one does not tell whether "Raw messages" is on: that is assumed, because without
 * it the device refuses and says so.
 */
export function assumedDevice(
  device: DeviceState | null,
  practice: PracticeLedgerView | null,
): AssumedDevice {
  if (practice) return { model: practice.model, settings: practice.settings }
  const settings = {
    blindSigning: device?.app?.blindSigning ?? false,
    rawMessages: true,
    transactionHash: false,
  }
  return { model: device?.model ?? 'nanoSP', settings }
}
