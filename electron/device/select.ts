/** Which device is meant, of those that are there: never simply the first one, and never known by anything but an address. */
import { fail, ok, type Failure, type Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import type { DeviceInfo, Ledger, LedgerSource } from './port.ts'

/** The device named `id`, or the only one. Fails with `device.none`, `device.several` or `device.unreachable`. */
export function selectDevice(devices: readonly DeviceInfo[], id?: string): Result<DeviceInfo> {
  const [first, ...others] = devices
  if (!first) return fail('device.none')
  if (id === undefined)
    return others.length === 0 ? ok(first) : fail('device.several', { count: devices.length })
  const named = devices.find((device) => device.id === id)
  return named ? ok(named) : fail('device.unreachable', { address: id, detail: 'it is not connected.' })
}

/** Whether a failure says that no device is there at all: none by USB, or not the one that was named. */
export const isNoneThere = ({ code }: Failure): boolean =>
  code === 'device.none' || code === 'device.unreachable'

/**
 * Opens the device that holds `address` at `path`, asking nobody anything. The others are closed again. Fails with
 * `device.notThisOne` if every device was asked and none holds it, otherwise with what kept one from answering.
 */
export async function findByAddress(
  source: LedgerSource,
  path: string,
  address: Hex,
): Promise<Result<Ledger>> {
  const listed = await source.list()
  if (!listed.ok) return listed
  if (listed.value.length === 0) return fail('device.none')
  const others: string[] = []
  let hindrance: Failure | undefined
  for (const { id } of listed.value) {
    const opened = await source.open(id)
    const found = opened.ok ? await opened.value.address(path) : opened
    if (opened.ok && found.ok && lower(found.value) === lower(address)) return opened
    if (opened.ok) await opened.value.close()
    if (found.ok) others.push(found.value)
    else hindrance ??= found.error
  }
  if (hindrance) return { ok: false, error: hindrance }
  return fail('device.notThisOne', { actual: others.join(' and '), path, expected: address })
}
