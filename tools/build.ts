/** `npm run build`: builds the command, the window's processes and the page into `out/`, unless nothing has changed. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { forgetBuilt, isBuilt, noteBuilt } from './build-stamp.ts'

const root = join(import.meta.dirname, '..')

if (!isBuilt(root)) {
  forgetBuilt(root)
  const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  const options = { cwd: root, stdio: 'inherit' } as const
  const { status } = spawnSync(process.execPath, [builder, 'build', '--logLevel', 'warn'], options)
  if (status === 0) noteBuilt(root)
  process.exitCode = status ?? 1
}
