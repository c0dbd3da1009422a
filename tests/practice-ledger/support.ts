/** Drives practice Ledgers with hw-app-eth, as the device layer does. */
import { loadEth } from '../../electron/device/ledgerjs.ts'
import type { EthApp } from '../../electron/device/ledgerjs.ts'
import type { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { openPracticeTransport } from '../../electron/device/practice/transport.ts'

/** The first account of the practice seed. */
export const firstPath = "44'/60'/0'/0/0"
export const firstAddress = '0xDad77910DbDFdE764fC21FCD4E74D71bBACA6D8D'

/** Its path as it stands in an APDU: 5 indices. */
export const firstPathHex = '058000002c8000003c800000000000000000000000'

/** hw-app-eth on a practice Ledger, without any look-up. */
export function openEth(ledger: PracticeLedger): EthApp {
  const Eth = loadEth()
  return new Eth(openPracticeTransport(ledger), 'w0w', {
    calServiceURL: null,
    cryptoassetsBaseURL: null,
    pluginBaseURL: null,
    nftExplorerBaseURL: null,
    extraPlugins: null,
    staticERC20Signatures: null,
    staticEIP712SignaturesV1: null,
    staticEIP712SignaturesV2: null,
  })
}

/** Answers every question that comes up, as soon as it is there. */
export function answerAll(ledger: PracticeLedger, decision: 'approve' | 'reject' = 'approve'): () => void {
  let walking = false
  return ledger.onScreen(() => {
    if (walking || !ledger.asking) return
    walking = true
    queueMicrotask(() => {
      if (ledger.asking) ledger[decision]()
      walking = false
    })
  })
}

/** An APDU in hex sent to a practice Ledger; its answer in hex. */
export const send = async (ledger: PracticeLedger, hex: string): Promise<string> =>
  Buffer.from(await ledger.exchange(Buffer.from(hex, 'hex'))).toString('hex')

/** Collects the screens of a practice Ledger, without the idle ones. */
export function collectScreens(ledger: PracticeLedger): (readonly string[])[] {
  const screens: (readonly string[])[] = []
  ledger.onScreen(({ lines }) => screens.push(lines))
  return screens
}
