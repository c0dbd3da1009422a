import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { command, must, practice, run, tempDir } from './support.ts'

/** A folder for PATH that has the tools which the launcher needs, and the `node` that is given. */
function pathWith(node: string | null): string {
  const dir = tempDir()
  for (const tool of ['dirname', 'readlink', 'sh']) symlinkSync(join('/usr/bin', tool), join(dir, tool))
  if (node !== null) {
    writeFileSync(join(dir, 'node'), node)
    chmodSync(join(dir, 'node'), 0o755)
  }
  return dir
}

const tooOld = '#!/bin/sh\necho "this Node must not be used" >&2\nexit 1\n'
const newEnough = `#!/bin/sh\nUSED_NODE=path exec '${process.execPath}' "$@"\n`

describe('bin/countersign', () => {
  it.each([
    ['a Node on PATH that is new enough', newEnough],
    ['a Node on PATH that is too old', tooOld],
    ['no Node on PATH', null],
  ])('with %s: runs', async (_, node) => {
    const env = { PATH: pathWith(node) }
    expect(await must(['accounts', ...practice(tempDir())], { env })).toEqual({ accounts: [] })
    const version = await run(['--version'], { env })
    expect(version).toEqual({ exit: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' })
  })

  it('from another folder, through a relative symlink to a symlink, with spaces in their names', async () => {
    const dir = join(tempDir(), 'my tools')
    mkdirSync(join(dir, 'inner'), { recursive: true })
    symlinkSync(command, join(dir, 'inner', 'countersign'))
    symlinkSync(join('inner', 'countersign'), join(dir, 'cs'))
    for (const file of [join(dir, 'cs'), './cs']) {
      expect((await run(['--version'], { file, cwd: dir })).exit).toBe(0)
    }
    const env = { PATH: `${dir}${delimiter}${String(process.env['PATH'])}` }
    expect((await run(['-c', 'cs --version'], { file: '/bin/sh', env, cwd: '/' })).exit).toBe(0)
  })

  it('takes a folder for its data as it is seen from where it is run', async () => {
    const cwd = tempDir()
    await must(['accounts', 'add', 'treasury', ...practice('here')], { cwd })
    expect(await must(['accounts', ...practice(join(cwd, 'here'))])).toMatchObject({
      accounts: [{ name: 'treasury' }],
    })
  })
})
