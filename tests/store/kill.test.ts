import { expect, it } from 'vitest'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { newStore, runFixture, tempDir, valueOf } from './support.ts'

it(
  'kill -9 in the middle of appending, again and again, loses nothing that was acknowledged',
  { timeout: 120_000 },
  async () => {
    const dir = tempDir()
    const acknowledged = new Map<number, string>()
    for (let round = 1; round <= 6; round++) {
      const child = runFixture('append', dir)
      let seen = 0
      for await (const line of child.lines) {
        const [seq, hash] = line.split(' ')
        expect(acknowledged.has(Number(seq))).toBe(false)
        acknowledged.set(Number(seq), hash ?? '')
        seen += 1
        if (seen === round * 37) child.process.kill('SIGKILL')
      }
      expect(await child.ended).toBe('SIGKILL')
      const path = `${dir}/countersign.db`
      const left = valueOf(await verifyHistoryFile(path))
      expect(left.count).toBeGreaterThanOrEqual(Math.max(...acknowledged.keys()))

      const store = await newStore(dir)
      const rows = valueOf(await store.history.list({ limit: left.count }))
      const kept = new Map(rows.map((row) => [row.seq, row.hash]))
      for (const [seq, hash] of acknowledged) expect(kept.get(seq)).toBe(hash)
      expect(valueOf(await store.history.head()).seq).toBe(left.count)
      await store.close()
    }
  },
)
