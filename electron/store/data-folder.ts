/** Where the databases are, unless the person says otherwise. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { HistoryMode } from '../../shared/history/chain.ts'

function dataHome(): string {
  if (process.platform === 'win32') return process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  return process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share')
}

/** The person's folder for a mode: practice data have a folder of their own. */
export const dataFolder = (mode: HistoryMode): string =>
  join(dataHome(), 'countersign', mode === 'practice' ? 'practice' : 'desk')
