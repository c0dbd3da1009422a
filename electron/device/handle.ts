/**
 * One owned handle on one device. It lets one APDU out at a time, remembers the last one, and can be ended while an
 * answer is still due; after its end nothing goes out any more and no late answer is read.
 */
import { withinLimit } from '../time-limit.ts'
import { loadTransport, type ApduTransport } from './ledgerjs.ts'

/** What a source gives for an opened device. */
export interface OpenedTransport {
  readonly transport: ApduTransport
  /** Ends the exchange that is under way, so that it rejects soon; never waits for the device. */
  interrupt(): void
  /** Called once, after the transport was closed. */
  release(): void
}

/** How long a device is waited for while a handle is ended, in milliseconds. */
const patience = 1_000

const settled = async (work: Promise<unknown>): Promise<void> => {
  await withinLimit(
    patience,
    work.catch(() => undefined),
  )
}

/** Whether an APDU defines a type of EIP-712 data (E0 1A): within a review the device answers it without a person. */
const needsNobody = (apdu: Buffer): boolean => apdu[0] === 0xe0 && apdu[1] === 0x1a

/** The answer, or an error named `SilentDevice` where none comes within `ms`. */
async function answeredWithin(ms: number, answer: Promise<Buffer>): Promise<Buffer> {
  const given = await withinLimit(ms, answer)
  if (given === null) throw Object.assign(new Error('The device says nothing.'), { name: 'SilentDevice' })
  return given
}

/** An owned handle; `transport` is what hw-app-eth talks through. */
export interface Handle {
  readonly transport: ApduTransport
  /** The last APDU that went out. */
  lastApdu(): Uint8Array | undefined
  /** Ends a pending exchange, sends `farewell` if given without heeding its answer, closes, releases. Never rejects. */
  end(farewell?: Buffer): Promise<void>
}

/** Takes over an opened transport. `quietMs` is how long an answer may take that needs no person. */
export function ownHandle(
  { transport: inner, interrupt, release }: OpenedTransport,
  quietMs: number,
): Handle {
  const Transport = loadTransport()
  let last: Uint8Array | undefined
  let pending: Promise<Buffer> | undefined
  let ended: Promise<void> | undefined

  class OwnedTransport extends Transport {
    override async exchange(apdu: Buffer): Promise<Buffer> {
      if (ended) throw Object.assign(new Error('The handle was closed.'), { name: 'DisconnectedDevice' })
      if (pending) throw Object.assign(new Error('An APDU is under way.'), { name: 'TransportRaceCondition' })
      last = apdu
      const answer = inner.exchange(apdu)
      pending = answer
      // One that was not waited for any longer may still fail, which tells nobody anything.
      answer.catch(() => undefined)
      try {
        return await (needsNobody(apdu) ? answeredWithin(quietMs, answer) : answer)
      } finally {
        pending = undefined
      }
    }
  }

  const finish = async (farewell: Buffer | undefined): Promise<void> => {
    if (pending) {
      interrupt()
      await settled(pending)
    }
    if (farewell) {
      const parting = inner.exchange(farewell)
      await settled(parting)
      interrupt()
    }
    await settled(inner.close())
    release()
  }

  return {
    transport: new OwnedTransport(),
    lastApdu: () => last,
    end: (farewell) => (ended ??= finish(farewell)),
  }
}
