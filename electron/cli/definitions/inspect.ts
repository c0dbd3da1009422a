/** The command `inspect`. */
import type { Command } from 'commander'
import type { Network } from '../../../shared/venues/module.ts'
import { networkOption, withExamples } from './arguments.ts'

interface InspectOptions {
  readonly network?: Network
  readonly json?: boolean
  readonly ndjson?: boolean
}

const about = `Say what a payload really does, offline.

Takes the body of a Hyperliquid /exchange request, the answer of Compass' set_leverage, the body for Compass' execute, a Synthetix /v1/trade body, an Arcus setLeverage body, the set-leverage body of CoinSwitch or Bybit, EIP-712 typed data, or an approval in words: {"text": "...", "signature": "0x..."}, {"typedData": {...}, "signature": "0x..."}, or the bare text. A body that an API key signs can hold its "headers". It may stand in a JSON-RPC call to a wallet, in a message to a WebSocket, or in a text; that is taken off and told. It takes what else Countersign has a Ledger sign, too: approvals of agents, revocations, permits to read, grants of API keys, heads of a history, confirmations. Every hash is computed again from the fields, the signer is recovered from the signature, and all that came along is compared. Nothing is sent, and nothing is written.

What you expect can be wrapped around it; every field given is compared:
{"venue": "hyperliquid", "network": "mainnet",
 "request": {"signer": "0x...", "asset": 0, "isCross": true, "leverage": 5},
 "payload": {...}}

Where an API key signs, its headers can stand in the body or beside the payload: "headers": {"X-API-Key": "...", "X-Timestamp": "...", "X-Signature": "..."}. The exact text that is signed is then printed, and the signature checked.`

const verdicts = `
Verdicts:
  verified    a hash or an expected signer came along, and all of it is right
  computed    well formed, but nothing came along to compare with
  incomplete  not all that is signed is in it: it may be anything. Do not sign it
  mismatch    a hash, the signer or a field is wrong. Do not sign or send it
  refused     malformed, or something else, such as a withdrawal: it says what. Do not sign or send it

Exit code 1 for a mismatch and for what is refused, otherwise 0.`

/** Adds `inspect`. */
export function addInspect(program: Command): void {
  const command = program
    .command('inspect')
    .summary('say what a payload really does, offline')
    .description(about)
    .argument('[file]', 'a file, or - for standard input', '-')
    .addOption(networkOption('which network you mean; a payload for the other one is a mismatch'))
    .option('--json', 'print the result as one JSON object')
    .option('--ndjson', 'read one payload a line, print one JSON result a line')
    .addHelpText('after', verdicts)
    .action(async (file: string, { json = false, ndjson = false, ...options }: InspectOptions) => {
      const { runInspect } = await import('../commands/inspect.ts')
      await runInspect({ ...options, file, json, ndjson })
    })
  withExamples(
    command,
    'countersign inspect payload.json',
    'countersign inspect --network testnet --json < payload.json',
    'countersign inspect --ndjson payloads.ndjson > results.ndjson',
  )
}
