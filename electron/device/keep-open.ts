/**
 * One handle per device that stays open between operations, as a window needs it: whoever watches the device and
 * whoever signs with it share its queue. A handle that stopped answering is given up, and the next use opens a new one.
 */
import { ok, type ErrorCode, type Result } from '../../shared/errors.ts'
import type { DeviceInfo, Ledger, LedgerSource } from './port.ts'
import { selectDevice } from './select.ts'

/** A source whose devices stay open until they are released. */
export interface KeptSource extends LedgerSource {
  /** Closes every handle, and with it whatever is asked on a device. They are opened again when they are needed. */
  release(): Promise<void>
}

/** After these a handle is of no use any more. */
const gone: readonly ErrorCode[] = [
  'device.unplugged',
  'device.unreachable',
  'device.inUse',
  'device.protocol',
  'device.none',
  'device.closed',
]

/** Keeps the devices of a source open. */
export function keepOpen(source: LedgerSource): KeptSource {
  const kept = new Map<string, Ledger>()

  async function drop(id: string): Promise<void> {
    const ledger = kept.get(id)
    kept.delete(id)
    await ledger?.close()
  }

  /** Drops a device that is gone. What is asked on it fails by itself and says why; closing it first would hide that. */
  function forget(id: string): void {
    const ledger = kept.get(id)
    kept.delete(id)
    setImmediate(() => void ledger?.close())
  }

  function shared(ledger: Ledger): Ledger {
    const { id } = ledger.info
    const watched = async <T>(operation: Promise<Result<T>>): Promise<Result<T>> => {
      const result = await operation
      if (!result.ok && gone.includes(result.error.code) && kept.get(id) === ledger) await drop(id)
      return result
    }
    return {
      info: ledger.info,
      app: () => watched(ledger.app()),
      address: (path, options) => watched(ledger.address(path, options)),
      signTypedData: (path, typedData, expected) => watched(ledger.signTypedData(path, typedData, expected)),
      signPersonalMessage: (path, message, expected) =>
        watched(ledger.signPersonalMessage(path, message, expected)),
      close: () => Promise.resolve(),
    }
  }

  async function list(): Promise<Result<readonly DeviceInfo[]>> {
    const listed = await source.list()
    if (!listed.ok) return listed
    const present = new Set(listed.value.map(({ id }) => id))
    for (const id of kept.keys()) if (!present.has(id)) forget(id)
    return listed
  }

  return {
    list,
    async open(id) {
      const listed = await list()
      if (!listed.ok) return listed
      const chosen = selectDevice(listed.value, id)
      if (!chosen.ok) return chosen
      const already = kept.get(chosen.value.id)
      if (already) return ok(shared(already))
      const opened = await source.open(chosen.value.id)
      if (!opened.ok) return opened
      kept.set(chosen.value.id, opened.value)
      return ok(shared(opened.value))
    },
    async release() {
      for (const id of kept.keys()) await drop(id)
    },
  }
}
