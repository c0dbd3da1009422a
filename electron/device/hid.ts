/**
 * Ledgers on USB, through node-hid. What is known of real HID on Linux is built in: a device is listed before udev has
 * given the rights to open it, errors carry no code, and no event tells of an unplugged device.
 */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import { createLedger, type TimeLimits } from './ledger.ts'
import { loadNodeHid, type HidTransport, type NodeHid } from './ledgerjs.ts'
import type { DeviceInfo, Ledger, LedgerSource } from './port.ts'
import { claim } from './registry.ts'
import { selectDevice } from './select.ts'

/** Models by the high byte of the USB product id; the low byte tells which interfaces are on (Ledger's devices list). */
const modelsByProduct: ReadonlyMap<number, DeviceModel> = new Map([
  [0x10, 'nanoS'],
  [0x40, 'nanoX'],
  [0x50, 'nanoSP'],
  [0x60, 'stax'],
  [0x70, 'flex'],
  [0x80, 'apex'],
])

/** The model for a USB product id, such as nanoSP for 0x5011; undefined for what runs no Ethereum app. */
export const modelOfProduct = (productId: number): DeviceModel | undefined =>
  modelsByProduct.get(productId >> 8)

/** udev gives the rights up to 100 ms after the device is listed; after this long they will not come (ms). */
const patience = 1_000
const pause = 50

/** What this source needs from outside; tests give their own. */
export interface HidPorts {
  load(): NodeHid
  /** Whether a device file may be read and written: 'yes', 'no', or 'absent'. */
  mayOpen(path: string): Promise<'yes' | 'no' | 'absent'>
}

async function mayOpen(path: string): Promise<'yes' | 'no' | 'absent'> {
  if (process.platform !== 'linux') return 'yes'
  try {
    await access(path, constants.R_OK | constants.W_OK)
    return 'yes'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'no'
  }
}

const realPorts: HidPorts = { load: loadNodeHid, mayOpen }

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

function listDevices({ load }: HidPorts): Result<readonly DeviceInfo[]> {
  try {
    const found: DeviceInfo[] = []
    for (const { path, productId } of load().devices()) {
      const model = modelOfProduct(productId)
      if (path !== undefined && model !== undefined) found.push({ id: path, kind: 'hid', model })
    }
    return ok(found)
  } catch (error) {
    return fail('device.libraryMissing', { detail: firstLine(error) })
  }
}

const openTransports = new Set<HidTransport>()
let exitIsGuarded = false

/** `process.exit()` would hang until a pending question is answered, unless the read is interrupted first. */
function guardExit(): void {
  if (exitIsGuarded) return
  exitIsGuarded = true
  process.on('exit', () => {
    for (const transport of openTransports) transport.device.pause()
  })
}

/** Opens a device file, waiting for its rights as long as they may still come. */
async function openPath(path: string, ports: HidPorts): Promise<Result<HidTransport>> {
  const { open } = ports.load()
  for (const deadline = Date.now() + patience; ; await delay(pause)) {
    try {
      return ok(await open(path))
    } catch {
      const allowed = await ports.mayOpen(path)
      if (allowed === 'absent') return fail('device.none')
      if (Date.now() < deadline) continue
      return allowed === 'no' ? fail('device.noPermission', { path }) : fail('device.inUse')
    }
  }
}

async function openDevice(info: DeviceInfo, ports: HidPorts, limits?: TimeLimits): Promise<Result<Ledger>> {
  const release = claim(`hid:${info.id}`)
  if (!release) return fail('device.inUse')
  const opened = await openPath(info.id, ports)
  if (!opened.ok) {
    release()
    return opened
  }
  const transport = opened.value
  guardExit()
  openTransports.add(transport)
  const handle = {
    transport,
    interrupt: () => transport.device.pause(),
    release: () => {
      openTransports.delete(transport)
      release()
    },
  }
  return ok(createLedger(info, handle, limits))
}

/**
 * The Ledgers on USB. `list` may fail with `device.libraryMissing`; `open` also with `device.none`, `device.several`,
 * `device.unreachable`, `device.noPermission` or `device.inUse`.
 */
export function hidSource(limits?: TimeLimits, ports: HidPorts = realPorts): LedgerSource {
  return {
    list: async () => listDevices(ports),
    open: async (id) => {
      const listed = listDevices(ports)
      const chosen = listed.ok ? selectDevice(listed.value, id) : listed
      return chosen.ok ? openDevice(chosen.value, ports, limits) : chosen
    },
  }
}
