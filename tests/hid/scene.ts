/** What host and virtual machine agree on: the devices, what is signed, and how the machine asks for buttons. */
import type { Hex } from '../../shared/hex.ts'

/** The seed of the second device; the first has the practice Ledger's own. The well-known test words: never fund them. */
export const secondMnemonic = 'test test test test test test test test test test test junk'

/** The first address of each device. */
export const addresses: readonly [Hex, Hex] = [
  '0xDad77910DbDFdE764fC21FCD4E74D71bBACA6D8D',
  '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
]

/** The first device's signature of the Agent that both sign, recorded from the Ledger Ethereum app 1.22.0 in Speculos (RFC 6979). */
export const agentSignature = {
  r: '0x0d1f470f172959776dd9999d762535d39ebe7455efc353e0e96ad5a11283c1f1',
  s: '0x01fc5dfef623293624f8a641ef7b37b5f49c0c5885ed6df48b00524705ed7a80',
  v: 28,
}

/** What the machine may ask the host to do with a device; `wait` returns when the device asks something. */
export type Press = 'wait' | 'asking' | 'approve' | 'reject' | 'lock' | 'unlock' | 'powercycle'

/** Asks the host; its port is in the environment, forwarded into the machine. */
export async function askHost(device: 1 | 2, press: Press): Promise<string> {
  const answer = await fetch(
    `http://127.0.0.1:${process.env['COUNTERSIGN_HID_CONTROL'] ?? ''}/${device}/${press}`,
  )
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the host could not ${press}: ${text}`)
  return text
}
