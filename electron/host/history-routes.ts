/** The history as the screens use it: reading, verifying, exporting, printing, backing up. */
import { implement } from '@orpc/server'
import { contract, type BackupsView } from '../../shared/contract.ts'
import { ok, type Result } from '../../shared/errors.ts'
import { requestSheet } from '../export/request-sheet.ts'
import { backUpBeside, backupFolder, listBackups } from '../store/backups.ts'
import { exportEnd } from '../store/export-end.ts'
import type { DeskHost } from './desk-host.ts'
import { mapped } from './mapped.ts'

const os = implement(contract)

function backupsOf(host: DeskHost): Promise<Result<BackupsView>> {
  return mapped(host.world(), ({ path }) =>
    mapped(host.dailyBackup(), ({ failure }) =>
      mapped(listBackups(path), (found) => {
        const backups = found.map(({ fileName, reason, atMs, size }) => ({ fileName, reason, atMs, size }))
        return ok({ folder: backupFolder(path), backups, failure })
      }),
    ),
  )
}

function backupRoutes(host: DeskHost) {
  return {
    backups: os.history.backups.handler(() => backupsOf(host)),
    backUp: os.history.backUp.handler(() =>
      mapped(host.world(), async ({ ports }) =>
        mapped(
          host.works.run('backup', (follow) => backUpBeside(ports.store, 'asked', ports.now(), follow)),
          () => backupsOf(host),
        ),
      ),
    ),
  }
}

/** Everything under `history` in the contract. */
export function historyRoutes(host: DeskHost) {
  return {
    list: os.history.list.handler(({ input }) =>
      mapped(host.world(), ({ ports }) => mapped(ports.store.history.list(input), (rows) => ok([...rows]))),
    ),
    verify: os.history.verify.handler(({ input }) =>
      mapped(host.historyCheck(), (check) => check.verify(input.whole)),
    ),
    usable: os.history.usable.handler(() =>
      mapped(host.world(), ({ ports }) =>
        mapped(ports.store.usable(), (usable) =>
          ok(usable.map(({ what, of, requestId, untilMs }) => ({ what, of, requestId, untilMs }))),
        ),
      ),
    ),
    export: os.history.export.handler(({ input }) =>
      mapped(host.world(), async ({ ports }) => {
        const end = await exportEnd(ports.store, input)
        if (!end.ok) return end
        const { head, waiting } = end.value
        const day = new Date(ports.now()).toISOString().slice(0, 10)
        return ok({
          fileName: `countersign-history-${day}.jsonl`,
          head: head.note,
          count: head.size,
          waiting,
        })
      }),
    ),
    exportRows: os.history.exportRows.handler(({ input }) =>
      mapped(host.world(), ({ ports }) => ports.store.history.piece(input.after, input.upTo)),
    ),
    sheet: os.history.sheet.handler(({ input }) =>
      mapped(host.world(), ({ ports }) =>
        mapped(requestSheet(ports.store, input.id), ({ fileName, pdf }) =>
          ok({ fileName, pdf: Buffer.from(pdf).toString('base64') }),
        ),
      ),
    ),
    ...backupRoutes(host),
  }
}
