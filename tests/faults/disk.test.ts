import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../electron/store/open-store.ts'
import { salvage } from '../../electron/store/salvage.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { failureOf, newStore, runFixture, tempDir, valueOf } from '../store/support.ts'

const open = (dir: string) => openStore({ dir, mode: 'practice' })

/** A folder as a desk leaves it that was closed: `rows` large rows in its history. */
async function closedDesk(rows = 30): Promise<{ dir: string; path: string }> {
  const dir = tempDir()
  const store = await newStore(dir)
  for (let row = 0; row < rows; row += 1)
    valueOf(await store.history.append({ kind: 'test.noted', body: { row, text: 'x'.repeat(3_000) } }))
  await store.close()
  return { dir, path: store.path }
}

/** A folder as a desk leaves it that was killed: its log and the log's index are there. */
async function killedDesk(): Promise<{ dir: string; path: string }> {
  const dir = tempDir()
  const child = runFixture('append', dir)
  for (let row = 0; row < 5; row += 1) await child.lines.next()
  child.process.kill('SIGKILL')
  await child.ended
  return { dir, path: join(dir, 'countersign.db') }
}

function overwrite(path: string, at: number, bytes: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, at)
  closeSync(file)
}

describe('a desk whose database is lost does not open empty:', () => {
  it('the file is gone, but its log is there', async () => {
    const { dir, path } = await killedDesk()
    rmSync(path)
    const failure = failureOf(await open(dir))
    expect(failure).toMatchObject({ code: 'store.lost', outcome: 'not-sent' })
    expect(failure.next).toContain('no backup')
    expect(existsSync(path)).toBe(false)
  })

  it('the file is empty, and there are backups: the newest is named', async () => {
    const { dir, path } = await closedDesk(3)
    mkdirSync(join(dir, 'backups'))
    copyFileSync(path, join(dir, 'backups', 'one.db'))
    writeFileSync(path, '')
    const failure = failureOf(await open(dir))
    expect(failure.code).toBe('store.lost')
    expect(failure.next).toContain(join(dir, 'backups', 'one.db'))
    expect(statSync(path).size).toBe(0)
  })

  it('the log is gone after the desk was killed', async () => {
    const { dir, path } = await killedDesk()
    rmSync(`${path}-wal`)
    expect(failureOf(await open(dir))).toMatchObject({ code: 'store.lost' })
  })

  it('what another process leaves for a moment while it opens or closes is no loss', async () => {
    const { dir, path } = await closedDesk(3)
    writeFileSync(`${path}-shm`, '')
    const opening = newStore(dir)
    setTimeout(() => rmSync(`${path}-shm`), 10)
    expect(valueOf(await (await opening).history.head()).seq).toBeGreaterThan(3)
  })

  it('but a new folder is simply new, and a killed desk simply goes on', async () => {
    expect((await newStore(tempDir())).mode).toBe('practice')
    const { dir } = await killedDesk()
    expect(valueOf(await (await newStore(dir)).history.head()).seq).toBeGreaterThanOrEqual(6)
  })
})

describe('a damaged database', () => {
  it('with a page overwritten is refused and left as it was, and what can be read of it is saved', async () => {
    const { dir, path } = await closedDesk()
    mkdirSync(join(dir, 'backups'))
    copyFileSync(path, join(dir, 'backups', 'good.db'))
    overwrite(path, Math.floor((statSync(path).size * 0.9) / 4096) * 4096, 4096)
    const damaged = readFileSync(path)
    const failure = failureOf(await open(dir))
    expect(failure.code).toBe('store.unusable')
    expect(failure.message).toContain('damaged')
    expect(failure.next).toContain('good.db')
    expect(readFileSync(path).equals(damaged)).toBe(true)
    const file = join(dir, 'saved.jsonl')
    const saved = valueOf(await salvage(path, file))
    expect(saved.stopped).not.toBeNull()
    expect(saved.count).toBeGreaterThan(3)
    expect(valueOf(await verifyHistoryFile(file)).count).toBe(saved.count)
  })

  it('that is whole is saved whole', async () => {
    const { dir, path } = await closedDesk(4)
    const saved = await salvage(path, join(dir, 'saved.jsonl'))
    expect(valueOf(saved)).toMatchObject({ count: 5, stopped: null })
  })

  it('that is no database at all saves nothing and says why', async () => {
    const { dir, path } = await closedDesk(1)
    overwrite(path, 0, 4096)
    const file = join(dir, 'saved.jsonl')
    expect(failureOf(await salvage(path, file)).message).toContain('no row of its history can be read')
    expect(existsSync(file)).toBe(false)
  })
})

describe('a disk that takes only a part of what is written', () => {
  it('undoes the whole step and says so, and what was acknowledged before is there', async () => {
    const { dir, path } = await closedDesk(5)
    const fixture = fileURLToPath(new URL('../store/fixtures/append.ts', import.meta.url))
    // No file may grow beyond this many blocks: a write in the middle of a transaction is cut short (EFBIG).
    const limited = spawnSync(
      'bash',
      ['-c', `ulimit -f 150; exec "${process.execPath}" "${fixture}" "${dir}"`],
      {
        encoding: 'utf8',
        timeout: 60_000,
      },
    )
    expect(limited.status).not.toBe(0)
    expect(limited.stderr).toMatch(/cannot be used|the disk/)
    const acknowledged = limited.stdout.trim().split('\n').length
    expect(acknowledged).toBeGreaterThan(5)
    const proof = valueOf(await verifyHistoryFile(path))
    expect(proof.count).toBe(6 + acknowledged)
    const store = await newStore(dir)
    expect(valueOf(await store.history.append({ kind: 'test.noted', body: {} })).seq).toBe(proof.count + 1)
  })
})
