/** The texts that a practice Ledger draws, as Speculos reports them: a log, the current screen, and live streams. */
import type { ServerResponse } from 'node:http'
import type { PracticeLedger } from './practice-ledger.ts'
import { placeTexts } from './touch-map.ts'
import type { PlacedText } from './touch-map.ts'

/** One text; `clear` marks the first of a new screen. */
export interface SpeculosEvent extends PlacedText {
  readonly clear: boolean
}

/** Follows the screens of one practice Ledger. */
export class SpeculosEvents {
  readonly #ledger: PracticeLedger
  readonly #streams = new Set<ServerResponse>()
  readonly #stop: () => void
  #log: SpeculosEvent[]

  constructor(ledger: PracticeLedger) {
    this.#ledger = ledger
    this.#log = this.current
    this.#stop = ledger.onScreen(() => this.#add(this.current))
  }

  #add(events: readonly SpeculosEvent[]): void {
    this.#log.push(...events)
    for (const stream of this.#streams) write(stream, events)
  }

  /** Everything drawn since the log was cleared. */
  get log(): readonly SpeculosEvent[] {
    return this.#log
  }

  /** What is on the screen now. */
  get current(): SpeculosEvent[] {
    return placeTexts(this.#ledger.model, this.#ledger.screen).map((text, index) => ({
      ...text,
      clear: index === 0,
    }))
  }

  /** Forgets the log. */
  clear(): void {
    this.#log = []
  }

  /** Sends what is on the screen, and then everything new, as server-sent events until the client leaves. */
  stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    write(response, this.current)
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }

  /** Ends every stream. */
  close(): void {
    this.#stop()
    for (const stream of this.#streams) stream.end()
  }
}

const write = (response: ServerResponse, events: readonly SpeculosEvent[]): void => {
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`)
}
