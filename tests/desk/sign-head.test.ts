import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { signHeadWithLedger } from '../../electron/desk/sign-head.ts'
import { exportLog, exportNames } from '../../electron/store/export-folder.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { historyHeadTypedData, ledgerHeadFlaw } from '../../shared/history/ledger-head.ts'
import { checkForDevice } from '../../shared/eip712/device-checks.ts'
import { altered } from '../support/altered.ts'
import { must, openDesk, practiceAddress, signed } from '../support/desk.ts'

describe('a head signed on the Ledger', () => {
  it('says on the device what it covers, is kept with the head, and verifies in database and export', async () => {
    const desk = await openDesk()
    await desk.account()
    const told: unknown[] = []
    const head = must(await signHeadWithLedger(desk.ports, 'treasury', (facts) => told.push(facts)))
    const { ledger, size, root } = head
    expect(told).toEqual([{ count: String(size), root, time: ledger?.time }])
    if (!ledger) throw new Error('the Ledger signed')
    expect(ledger.signer).toBe(practiceAddress)
    expect(ledgerHeadFlaw(ledger, head)).toBeNull()
    expect(must(await desk.ports.store.heads.newest())).toEqual(head)
    expect(await verifyHistoryFile(desk.ports.store.path)).toMatchObject({
      ok: true,
      value: { ledgerHeads: 1 },
    })
    const folder = join(desk.dir, 'export')
    must(await exportLog(desk.ports.store, folder))
    expect(await verifyHistoryFile(folder)).toMatchObject({ ok: true, value: { ledgerHeads: 1 } })
    const path = join(folder, exportNames.heads)
    const text = readFileSync(path, 'utf8')
    for (const other of [
      altered(text, ledger.signer, `0x${'11'.repeat(20)}`),
      altered(text, `"count":"${size}"`, `"count":"${size + 1}"`),
      altered(text, `"time":"${ledger.time.slice(0, 4)}`, '"time":"2001'),
    ]) {
      writeFileSync(path, other)
      expect(await verifyHistoryFile(folder)).toMatchObject({ ok: false, flaw: { change: 'head' } })
    }
  })

  it('is asked for once; the next one after another row', async () => {
    const desk = await openDesk()
    await desk.account()
    must(await signHeadWithLedger(desk.ports, 'treasury'))
    expect(await signHeadWithLedger(desk.ports, 'treasury')).toMatchObject({
      error: { code: 'history.headSigned' },
    })
    await signed(desk)
    expect(must(await signHeadWithLedger(desk.ports, 'treasury')).ledger).not.toBeNull()
  })

  it('is typed data that a Ledger can show in full', () => {
    const facts = {
      count: '9007199254740991',
      root: `0x${'ab'.repeat(32)}`,
      time: '2026-11-20 10:00 UTC',
    } as const
    expect(checkForDevice(historyHeadTypedData(facts)).ok).toBe(true)
  })
})
