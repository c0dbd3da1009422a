/** Which app is open on a device, from the answer to B0 01, and whether Countersign signs with it. */
import { minimumAppVersion, type DeviceModel } from '../../shared/device/models.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'

/** Name and version of the running app. */
export interface RunningApp {
  readonly name: string
  readonly version: string
}

/** What the dashboard calls itself in B0 01. */
const dashboardNames: readonly string[] = ['BOLOS', 'OLOS\0']

/**
 * Reads the answer to B0 01: format 1, then name, version and flags, each with its length in front (Ledger SDK,
 * `get_app_name_and_version`). Fails with `device.protocol`.
 */
export function parseRunningApp(answer: Uint8Array): Result<RunningApp> {
  const bytes = Buffer.from(answer)
  const nameEnd = 2 + (bytes[1] ?? 0)
  const versionEnd = nameEnd + 1 + (bytes[nameEnd] ?? 0)
  if (bytes[0] !== 1 || versionEnd + 2 > bytes.length)
    return fail('device.protocol', { detail: 'it does not say which app is open.' })
  return ok({
    name: bytes.subarray(2, nameEnd).toString('latin1'),
    version: bytes.subarray(nameEnd + 1, versionEnd).toString('latin1'),
  })
}

const weigh = (version: string): number =>
  version.split('.').reduce((sum, part) => sum * 100_000 + Number(part), 0)

/** Whether a version `x.y.z` is `minimum` or newer. Anything else, such as a release candidate, is not. */
export function isAtLeast(version: string, minimum: string): boolean {
  if (!/^\d{1,5}\.\d{1,5}\.\d{1,5}$/.test(version)) return false
  return weigh(version) >= weigh(minimum)
}

/**
 * Passes the Ethereum app in a version that may sign. Fails with `device.noApp`, `device.wrongApp`,
 * `device.appTooOld` or `device.modelTooOld`.
 */
export function requireEthereum(app: RunningApp, model: DeviceModel): Result<RunningApp> {
  if (dashboardNames.includes(app.name)) return fail('device.noApp')
  if (app.name !== 'Ethereum') return fail('device.wrongApp', { app: `the app "${app.name}"` })
  if (isAtLeast(app.version, minimumAppVersion)) return ok(app)
  const code = model === 'nanoS' ? 'device.modelTooOld' : 'device.appTooOld'
  return fail(code, { version: app.version, minimum: minimumAppVersion })
}
