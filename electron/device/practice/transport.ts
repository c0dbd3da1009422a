/** The practice Ledger as a hw-transport `Transport`, so that the same Ledger libraries drive it as a real one. */
import { loadTransport } from '../ledgerjs.ts'
import type { ApduTransport } from '../ledgerjs.ts'
import { PracticeDisconnected, PracticeSuperseded } from './practice-ledger.ts'
import type { PracticeLedger } from './practice-ledger.ts'

/** What HID transports throw when the cable is pulled while an answer is awaited; known by its name. */
class DisconnectedDeviceDuringOperation extends Error {
  override readonly name = 'DisconnectedDeviceDuringOperation'
}

/** What they throw when the device was gone before. */
class DisconnectedDevice extends Error {
  override readonly name = 'DisconnectedDevice'
}

/** What they throw for a command that another one ran into. */
class TransportRaceCondition extends Error {
  override readonly name = 'TransportRaceCondition'
}

/** Opens a transport to a practice Ledger. Closing it leaves the device and what is on its screen as they are. */
export function openPracticeTransport(ledger: PracticeLedger): ApduTransport {
  class PracticeTransport extends loadTransport() {
    override async exchange(apdu: Buffer): Promise<Buffer> {
      if (!ledger.plugged) throw new DisconnectedDevice('the practice Ledger is not plugged in')
      try {
        return Buffer.from(await ledger.exchange(apdu))
      } catch (error) {
        if (error instanceof PracticeDisconnected) throw new DisconnectedDeviceDuringOperation(error.message)
        if (error instanceof PracticeSuperseded) throw new TransportRaceCondition(error.message)
        throw error
      }
    }

    override async close(): Promise<void> {
      await Promise.resolve()
    }
  }
  return new PracticeTransport()
}
