/** A practice desk whose database cannot be opened any more, beside a backup that verifies. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from './machine.ts'

/** Makes it in a folder that is not there yet, with the command as a user has it. */
export function breakDesk(dataDir: string): void {
  const run = (...args: readonly string[]) =>
    execFileSync(join(project, 'bin/countersign'), [...args, '--practice', '--data', dataDir], {
      stdio: 'pipe',
    })
  run('accounts', 'add', 'treasury', '--practice-answer', 'approve')
  run('backup')
  const database = join(dataDir, 'countersign.db')
  writeFileSync(database, readFileSync(database).subarray(0, 5_000))
}
