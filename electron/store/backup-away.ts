/** A backup in a file that may leave the machine: whoever gets it must not hold signatures that could still be used. */
import { fail, type Result } from '../../shared/errors.ts'
import { usableText } from '../../shared/usable.ts'
import type { VerifiedBackup } from './backups.ts'
import type { Follow } from '../work/run.ts'
import type { Leaving } from './export-end.ts'
import type { Store } from './port.ts'

/** How many signatures a failure names. */
const named = 5

/**
 * Backs a store up to a new file and verifies it. Permits to read accounts are not in it, nor signatures that could still
 * be used, unless told. Fails with `store.usableSignatures`, and as `Store.backup` does; then there is no such file.
 */
export async function backUpAway(
  store: Pick<Store, 'backup' | 'usable'>,
  path: string,
  { withUsable = false }: Leaving,
  follow?: Follow,
): Promise<Result<VerifiedBackup>> {
  if (withUsable) return store.backup(path, follow)
  const usable = await store.usable()
  if (!usable.ok) return usable
  if (usable.value.length === 0) return store.backup(path, follow, { permits: false })
  const more = usable.value.length > named ? [`${usable.value.length - named} more`] : []
  const list = [...usable.value.slice(0, named).map(usableText), ...more].join('; ')
  return fail('store.usableSignatures', { list })
}
