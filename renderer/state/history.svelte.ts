/** The history as the desk keeps it, and what verifying it proved. */
import type { BackupsView, HistoryProofView, HistoryRowView, UsableView } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { leftMs } from '../../shared/long-work.ts'
import { answerOf, type Answer, type DeskClient } from './client.ts'

/** Rows read at once. */
const pageSize = 200

/** An exported history. */
export interface ExportedHistory {
  /** Ends with `.jsonl`. */
  readonly fileName: string
  readonly rows: Blob
  /** The signed head of all of its rows. */
  readonly head: string
}

/** Rows newest first, read page by page. */
export class History {
  readonly #client: () => DeskClient
  rows: readonly HistoryRowView[] = $state.raw([])
  failure: Failure | null = $state.raw(null)
  /** All rows down to the first were read. */
  complete = $state(false)
  loaded = $state(false)
  /** The last proof; null before the first, and after a failed one. */
  proof: HistoryProofView | null = $state.raw(null)
  /** Why the history does not verify. */
  broken: Failure | null = $state.raw(null)
  verifying = $state(false)
  /** The backups beside the database; null before they were read. */
  backups: BackupsView | null = $state.raw(null)
  /** Why they could not be read, or the one that was asked for was not made. */
  backupFailure: Failure | null = $state.raw(null)
  backingUp = $state(false)
  /** How far an export is, 0 to 1, and how long it will take, in ms; null while there is none. */
  exporting: { readonly share: number; readonly leftMs: number | null } | null = $state.raw(null)
  #stopped = false

  constructor(client: () => DeskClient) {
    this.#client = client
  }

  /** Reads the newest rows. */
  async load(): Promise<void> {
    await this.#read(null)
  }

  /** Reads the rows before those that are there. */
  async more(): Promise<void> {
    const oldest = this.rows.at(-1)
    if (oldest && !this.complete) await this.#read(oldest.seq)
  }

  /** Rows of one request, oldest first, straight from the desk. */
  async ofRequest(requestId: string): Promise<Answer<HistoryRowView[]>> {
    const answer = await answerOf(this.#client().history.list({ requestId, limit: pageSize }))
    return answer.ok ? { ok: true, value: answer.value.toSorted((a, b) => a.seq - b.seq) } : answer
  }

  /** Has the desk verify what was added since, or all of it where `whole`. */
  async verify(whole = false): Promise<void> {
    this.verifying = true
    const answer = await answerOf(this.#client().history.verify({ whole }))
    this.verifying = false
    // Stopped by the person: what was known before still is.
    if (!answer.ok && answer.error.code === 'program.stopped') return
    this.proof = answer.ok ? answer.value : null
    this.broken = answer.ok ? null : answer.error
  }

  /** The signatures that could still be used by whoever holds an export that has them. */
  usable(): Promise<Answer<UsableView[]>> {
    return answerOf(this.#client().history.usable())
  }

  /**
   * The history as JSONL and its signed head; with signatures that could still be used only where told. It comes piece by
   * piece, and the browser keeps the pieces, on the disk where they are many. Null where the person stopped it.
   */
  async export(withUsable: boolean): Promise<Answer<ExportedHistory | null>> {
    const begun = await answerOf(this.#client().history.export({ withUsable }))
    if (!begun.ok) return begun
    const { fileName, head, count } = begun.value
    const begunMs = performance.now()
    const pieces: Blob[] = []
    this.#stopped = false
    try {
      for (let last = 0; last < count;) {
        const share = last / count
        this.exporting = { share, leftMs: leftMs(share, performance.now() - begunMs) }
        const piece = await answerOf(this.#client().history.exportRows({ after: last, upTo: count }))
        if (!piece.ok) return piece
        if (this.#stopped) return { ok: true, value: null }
        if (piece.value.last <= last) throw new Error('an export goes on to its end')
        pieces.push(new Blob([piece.value.text]))
        last = piece.value.last
      }
      return { ok: true, value: { fileName, rows: new Blob(pieces, { type: 'application/jsonl' }), head } }
    } finally {
      this.exporting = null
    }
  }

  /** Ends an export; nothing is saved. */
  stopExport(): void {
    this.#stopped = true
  }

  /** The validation sheet of a request: a PDF in base64. */
  sheet(id: string): Promise<Answer<{ fileName: string; pdf: string }>> {
    return answerOf(this.#client().history.sheet({ id }))
  }

  /** Reads which backups there are. */
  async loadBackups(): Promise<void> {
    this.#keepBackups(await answerOf(this.#client().history.backups()))
  }

  /** Backs the database up, and verifies the copy. */
  async backUp(): Promise<void> {
    this.backingUp = true
    this.#keepBackups(await answerOf(this.#client().history.backUp()))
    this.backingUp = false
  }

  /** Forgets everything: another desk was opened. */
  clear(): void {
    this.rows = []
    this.complete = false
    this.loaded = false
    this.proof = null
    this.broken = null
    this.backups = null
    this.backupFailure = null
  }

  #keepBackups(answer: Answer<BackupsView>): void {
    const stopped = !answer.ok && answer.error.code === 'program.stopped'
    this.backupFailure = answer.ok ? answer.value.failure : stopped ? null : answer.error
    if (answer.ok) this.backups = answer.value
  }

  async #read(before: number | null): Promise<void> {
    const page = { limit: pageSize, ...(before === null ? {} : { before }) }
    const answer = await answerOf(this.#client().history.list(page))
    this.failure = answer.ok ? null : answer.error
    if (!answer.ok) return
    const newestFirst = answer.value.toSorted((a, b) => b.seq - a.seq)
    this.rows = before === null ? newestFirst : [...this.rows, ...newestFirst]
    this.complete = answer.value.length < pageSize
    this.loaded = true
  }
}
