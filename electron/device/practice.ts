/** A practice Ledger as a source of devices, behind the same queue and the same checks as a real one. */
import { fail, ok } from '../../shared/errors.ts'
import { createLedger, type TimeLimits } from './ledger.ts'
import { loadTransport, type ApduTransport } from './ledgerjs.ts'
import type { OpenedTransport } from './handle.ts'
import type { DeviceInfo, LedgerSource } from './port.ts'
import type { PracticeLedger } from './practice/practice-ledger.ts'
import { openPracticeTransport } from './practice/transport.ts'
import { claim } from './registry.ts'
import { selectDevice } from './select.ts'

/** A pending answer that is not awaited any longer, in the words of a HID transport. */
const interrupted = () =>
  Object.assign(new Error('The exchange was interrupted.'), { name: 'DisconnectedDevice' })

/** A transport whose pending exchange can be given up, as `pause()` does on HID; a late answer is dropped. */
function interruptible(inner: ApduTransport, release: () => void): OpenedTransport {
  let giveUp: ((error: Error) => void) | undefined
  class Interruptible extends loadTransport() {
    override exchange(apdu: Buffer): Promise<Buffer> {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
      giveUp = reject
      inner.exchange(apdu).then(resolve, reject)
      return promise
    }
    override close(): Promise<void> {
      return inner.close()
    }
  }
  return { transport: new Interruptible(), interrupt: () => giveUp?.(interrupted()), release }
}

/** The one practice Ledger, while it is plugged in. `open` fails with `device.none` or `device.inUse`. */
export function practiceSource(ledger: PracticeLedger, limits?: TimeLimits): LedgerSource {
  const present = (): readonly DeviceInfo[] =>
    ledger.plugged ? [{ id: 'practice', kind: 'practice', model: ledger.model }] : []
  return {
    list: () => Promise.resolve(ok(present())),
    open: (id) => {
      const chosen = selectDevice(present(), id)
      if (!chosen.ok) return Promise.resolve(chosen)
      const release = claim(ledger)
      if (!release) return Promise.resolve(fail('device.inUse'))
      const opened = interruptible(openPracticeTransport(ledger), release)
      return Promise.resolve(ok(createLedger(chosen.value, opened, limits)))
    },
  }
}
