/** Whether anybody has a database open: what replaces a database must be alone with it. */
import { existsSync } from 'node:fs'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { loadSqlite } from './database.ts'
import { isBusy } from './failures.ts'

/**
 * Fails with `store.inUse` when any process, this one included, has the database open. An open database in WAL mode
 * holds a shared lock all the time, so that the exclusive one cannot be had (sqlite.org/wal.html, section 6). A file
 * that is no database, or is damaged, is open nowhere.
 */
export async function checkAlone(path: string): Promise<Result<null>> {
  if (!existsSync(path)) return ok(null)
  const Sqlite = await loadSqlite()
  const raw = new Sqlite(path, { fileMustExist: true, timeout: 0 })
  try {
    raw.pragma('locking_mode = EXCLUSIVE')
    raw.exec('BEGIN EXCLUSIVE; ROLLBACK')
    return ok(null)
  } catch (error) {
    return isBusy(error) ? fail('store.inUse', { path }) : ok(null)
  } finally {
    raw.close()
  }
}
