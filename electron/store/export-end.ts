/**
 * Where an export ends: at its newest row, or before the first signature that could still be used, unless the person says
 * that these leave too. What waits leaves with an export that is made once it is over.
 */
import { ok, type Result } from '../../shared/errors.ts'
import type { UsableSignature } from '../../shared/usable.ts'
import type { Store, StoredHead } from './port.ts'

/** What leaves. */
export interface Leaving {
  /** Signatures that could still be used leave too; the person said so. */
  readonly withUsable?: boolean
}

/** An end. */
export interface ExportEnd {
  /** Signed; its rows are those that leave. */
  readonly head: StoredHead
  /** Rows that wait. */
  readonly waiting: number
  /** The signatures that could still be used: they wait, or leave where the person said so. */
  readonly usable: readonly UsableSignature[]
}

/** Finds the end of an export. Fails as `heads.sign` and `usable` do. */
export async function exportEnd(
  { heads, usable }: Pick<Store, 'heads' | 'usable'>,
  { withUsable = false }: Leaving,
): Promise<Result<ExportEnd>> {
  const newest = await heads.sign()
  if (!newest.ok) return newest
  const found = await usable()
  if (!found.ok) return found
  const all = newest.value.size
  const [first] = found.value
  if (first === undefined || first.row > all || withUsable)
    return ok({ head: newest.value, waiting: 0, usable: found.value })
  const head = await heads.at(first.row - 1)
  return head.ok ? ok({ head: head.value, waiting: all - head.value.size, usable: found.value }) : head
}
