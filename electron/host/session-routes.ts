/** Choosing a desk, and putting a backup in the place of one that cannot be opened. */
import { basename, join } from 'node:path'
import { implement } from '@orpc/server'
import { contract } from '../../shared/contract.ts'
import { fail, ok } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { confirmRestore } from '../desk/confirm-restore.ts'
import { databaseName } from '../store/open-store.ts'
import { backupFolder } from '../store/backups.ts'
import { runJob } from '../work/run.ts'
import type { DeskHost } from './desk-host.ts'
import { mapped } from './mapped.ts'

const os = implement(contract)

const databaseOf = (host: DeskHost, mode: HistoryMode): string => join(host.folder(mode), databaseName)

/** A backup takes the place of a database only while this desk has not opened it. */
const checkClosed = (host: DeskHost, mode: HistoryMode) =>
  host.session.mode === mode ? fail('store.inUse', { path: databaseOf(host, mode) }) : ok(null)

/** Everything under `session` in the contract. */
export function sessionRoutes(host: DeskHost) {
  return {
    get: os.session.get.handler(() => host.session),
    open: os.session.open.handler(({ input }) => host.open(input.mode)),
    failed: os.session.failed.handler(() => host.failed),
    recovery: os.session.recovery.handler(({ input: { mode } }) =>
      mapped(checkClosed(host, mode), () => {
        const path = databaseOf(host, mode)
        const input = { database: path, mode }
        const found = host.works.run('recovery', (follow) => runJob('recovery', input, follow))
        return mapped(found, async ({ backup, passedOver }) => {
          const named = backup && { fileName: backup.fileName, atMs: backup.atMs, count: backup.proof.count }
          const losses = backup && (await runJob('losses', { backup: backup.path, dir: host.folder(mode) }))
          const told = losses && { ...losses, lines: [...losses.lines] }
          return ok({ path, folder: backupFolder(path), backup: named, passedOver, losses: told })
        })
      }),
    ),
    restore: os.session.restore.handler(({ input: { mode, fileName, passphrase } }) =>
      mapped(checkClosed(host, mode), () => {
        // A name only: nothing but a backup beside the database is put in its place from here.
        const backup = join(backupFolder(databaseOf(host, mode)), basename(fileName))
        const dir = host.folder(mode)
        const proof = passphrase === undefined ? {} : { passphrase }
        const question = { backup, dir, mode, ...host.namedDevice(mode), ...proof }
        return mapped(confirmRestore(question, Date.now), () => {
          const input = { backup, dir, mode, nowMs: Date.now() }
          const restored = host.works.run('restore', (follow) => runJob('restore', input, follow))
          return mapped(restored, ({ proof, replaced }) => ok({ count: proof.count, replaced }))
        })
      }),
    ),
  }
}
