import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { revoke } from '../../electron/desk/revoke.ts'

import { withdraw } from '../../electron/desk/withdraw.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { submit } from '../support/as-shown.ts'
import { must, openDesk, signed, type TestDesk } from '../support/desk.ts'
import { describeWithPython, runVerifier } from './python.ts'

async function exported({ ports, dir }: TestDesk): Promise<string> {
  let text = ''
  for await (const piece of ports.store.history.export()) text += must(piece)
  const path = join(dir, 'history.jsonl')
  writeFileSync(path, text)
  return path
}

describeWithPython('both verifiers', () => {
  it('take what may follow the end of a request: found applied after a refusal, revoked after it ended unsent', async () => {
    const desk = await openDesk()
    await desk.account()
    const { requests } = desk.ports.store
    const tooLow = { account: 'treasury', market: 'ETH', leverage: '2', isCross: false }
    const refused = await signed(desk, tooLow)
    expect(must(await submit(desk.ports, refused)).stored.state).toBe('refused')
    const detail = { message: 'The venue shows 2x isolated.' }
    must(await requests.transition(refused, 'refused', 'applied', { detail }))
    const withdrawn = await signed(desk)
    must(await withdraw(desk.ports, withdrawn))
    expect(must(await revoke(desk.ports, withdrawn)).stored.state).toBe('revoked')
    const expired = await signed(desk)
    must(await requests.transition(expired, 'signed', 'expired'))
    expect(must(await revoke(desk.ports, expired)).stored.state).toBe('revoked')

    const path = await exported(desk)
    must(await verifyHistoryFile(path))
    must(await verifyHistoryFile(desk.ports.store.path))
    const { status, stdout } = runVerifier([path, '--json'])
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { checked: { revocations: 2 } }])
  })
})
