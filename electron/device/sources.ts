/** What the option `--device` may say, and the source of devices it stands for. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import { hidSource } from './hid.ts'
import type { TimeLimits } from './ledger.ts'
import type { LedgerSource } from './port.ts'
import { parseSpeculosUrl, speculosSource } from './speculos.ts'

/** A source, and the device of it that was named, if one was. */
export interface DeviceChoice {
  readonly source: LedgerSource
  readonly id?: string
}

/** What choosing a device needs: who makes the practice Ledger and presses its buttons, if anybody, and the time limits. */
export interface DevicePorts {
  practice?(model: DeviceModel): LedgerSource
  readonly limits?: TimeLimits
}

/** Models of the practice Ledger, by the word after `practice:`. */
const practiceModels: ReadonlyMap<string, DeviceModel> = new Map([
  ['nanosp', 'nanoSP'],
  ['nanox', 'nanoX'],
  ['stax', 'stax'],
])

/** The forms that `--device` takes, for help texts. */
export const deviceForms = 'hid, hid:/dev/hidraw0, speculos:http://127.0.0.1:5000, practice, practice:stax'

const usage = (value: string) =>
  fail('input.usage', { detail: `--device "${value}" is not a device. It may be: ${deviceForms}.` })

/**
 * Reads a `--device` value: `hid`, `hid:ID`, `speculos:URL`, `practice` or `practice:MODEL` (nanosp, nanox, stax).
 * Fails with `input.usage`, or with `device.unreachable` for a Speculos that is not on this machine.
 */
export function chooseDevice(value: string, { practice, limits }: DevicePorts): Result<DeviceChoice> {
  const [, kind = '', rest] = /^([a-z]+)(?::(.+))?$/i.exec(value) ?? []
  if (kind === 'hid') return ok({ source: hidSource(limits), ...(rest === undefined ? {} : { id: rest }) })
  if (kind === 'speculos' && rest !== undefined) {
    const address = parseSpeculosUrl(rest)
    return address.ok ? ok({ source: speculosSource(rest, limits) }) : address
  }
  const model = practiceModels.get((rest ?? 'nanosp').toLowerCase())
  if (kind !== 'practice' || model === undefined || !practice) return usage(value)
  return ok({ source: practice(model) })
}
