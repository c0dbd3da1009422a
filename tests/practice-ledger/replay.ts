/** Replays recorded exchanges on practice Ledgers and collects what they answer and show. */
import { readdirSync, readFileSync } from 'node:fs'
import { hexToBytes, bytesToHex } from '@noble/hashes/utils.js'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import type { DeviceModel, DeviceSettings } from '../../shared/device/models.ts'

const folder = new URL('../data/ledger-transcripts/', import.meta.url)

/** What a recording's JSON file says about it (the parts that are used here). */
export interface Recording {
  readonly case: string
  readonly deviceModel: 'nanosp' | 'nanox' | 'stax'
  readonly settings: DeviceSettings
  readonly operation: string
  readonly userAction?: 'approve' | 'reject' | 'reject-warning' | null
  readonly screens?: readonly (readonly string[])[] | null
  readonly openApp?: string
}

/** One recorded exchange. */
export interface RecordedExchange {
  readonly request: string
  /** Absent where the app exited instead of answering. */
  readonly response: string | undefined
}

/** Every recorded case by name, in the order in which they were recorded. */
export const caseNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.apdu'))
  .map((file) => file.slice(0, -'.apdu'.length))
  .sort()

/** The JSON file of a case. */
export const readRecording = (name: string): Recording =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))

/** The exchanges of a case. */
export function readExchanges(name: string): RecordedExchange[] {
  const lines = readFileSync(new URL(`${name}.apdu`, folder), 'utf8')
    .trim()
    .split('\n')
  const exchanges: RecordedExchange[] = []
  lines.forEach((line, index) => {
    if (!line.startsWith('=>')) return
    const answer = lines[index + 1]
    const response = answer?.startsWith('<=') === true ? answer.slice(3) : undefined
    exchanges.push({ request: line.slice(3), response })
  })
  return exchanges
}

const models: Readonly<Record<Recording['deviceModel'], DeviceModel>> = {
  nanosp: 'nanoSP',
  nanox: 'nanoX',
  stax: 'stax',
}

/** A practice Ledger in the state in which a case was recorded. */
export function deviceFor({ deviceModel, settings, case: name, openApp }: Recording): PracticeLedger {
  const ledger = new PracticeLedger({
    model: models[deviceModel ?? 'nanosp'],
    ...(settings === undefined ? {} : { settings }),
    locked: name.includes('-locked-'),
  })
  if (openApp?.startsWith('bitcoin') === true) ledger.openApp('Bitcoin Test', '2.4.6')
  else if (openApp?.startsWith('boilerplate') === true) ledger.openApp('Boilerplate', '2.3.1')
  return ledger
}

/** Acts as the person did in the recording, step by step like the buttons did. */
function act(ledger: PracticeLedger, action: Recording['userAction']): void {
  if (action === 'approve') ledger.approve()
  else if (action === 'reject') ledger.reject()
  else if (ledger.model === 'stax') ledger.input('tap Back to safety')
  else {
    ledger.press('right')
    ledger.press('both')
  }
}

/** What a practice Ledger answered and showed. */
export interface Replayed {
  readonly responses: (string | undefined)[]
  readonly screens: (readonly string[])[]
}

/** Sends the requests of a case to a practice Ledger. */
export async function replay(
  ledger: PracticeLedger,
  recording: Recording,
  exchanges: readonly RecordedExchange[],
): Promise<Replayed> {
  const responses: (string | undefined)[] = []
  const screens: (readonly string[])[] = []
  const stop = ledger.onScreen(({ lines }) => screens.push(lines))
  for (const { request } of exchanges) {
    const answered = ledger.exchange(hexToBytes(request)).then(bytesToHex, () => undefined)
    if (ledger.asking) act(ledger, recording.userAction)
    responses.push(await answered)
  }
  stop()
  return { responses, screens }
}
