/** The history as the desk keeps it, and what verifying it proved. */
import type { BackupsView, HistoryProofView, HistoryRowView, UsableView } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { answerOf, type Answer, type DeskClient } from './client.ts'

/** Rows read at once. */
const pageSize = 200

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

  /** The history as JSONL and its signed head; with signatures that could still be used only where told. */
  export(withUsable: boolean): Promise<Answer<{ fileName: string; text: string; head: string }>> {
    return answerOf(this.#client().history.export({ withUsable }))
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
