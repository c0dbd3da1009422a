import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PracticeAnswer } from '../../electron/cli/options.ts'
import { answerQuestions } from '../../electron/cli/practice-ledger.ts'
import { confirmRestore } from '../../electron/desk/confirm-restore.ts'
import { createKeyDesk } from '../../electron/desk/keys.ts'
import { serveSpeculos } from '../../electron/device/practice/speculos-server.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { createDesk } from '../../electron/host/router.ts'
import { databaseName, openStore } from '../../electron/store/open-store.ts'
import { fail } from '../../shared/errors.ts'
import { practiceAddress } from '../support/desk.ts'
import { ownPort } from '../support/own-port.ts'
import { attack } from '../support/proven.ts'
import { failureOf, newAccount, tempDir, valueOf } from '../store/support.ts'

const passphrase = 'correct horse battery staple'
const fileName = 'countersign-20261119T070000000Z-daily.db'

/** A Ledger that is connected, and what it showed; its buttons are pressed as `answer` says. */
async function connected(answer: PracticeAnswer) {
  const ledger = new PracticeLedger({ model: 'nanoSP' })
  const shown: string[] = []
  ledger.onScreen(({ lines }) => shown.push(lines.slice(1).join('')))
  answerQuestions(ledger, answer)
  const server = await serveSpeculos(ledger)
  onTestFinished(() => server.close())
  const text = () => shown.join('').replaceAll(/\s/g, '')
  return { device: `speculos:http://127.0.0.1:${server.apiPort}`, text }
}

/** The name of a Ledger that is not there. */
const absent = async () => `speculos:http://127.0.0.1:${await ownPort()}`

interface Kept {
  /** Whether an API key is there, sealed by the passphrase. */
  readonly key?: boolean
  readonly path?: string
}

/** A real desk with a backup beside it, and rows after that backup. */
async function deskWithBackup({ key = false, path = "44'/60'/0'/0/0" }: Kept = {}) {
  const dir = tempDir()
  const store = valueOf(await openStore({ dir, mode: 'real' }))
  const account = { ...newAccount('Perps'), address: practiceAddress, signer: practiceAddress, path }
  valueOf(await store.accounts.add(account))
  const keys = createKeyDesk({
    store,
    venueFor: () => fail('venue.apiKeyMissing'),
    openLedger: () => Promise.resolve(fail('device.none')),
    now: Date.now,
    keyring: null,
    kindOf: () => 'ed25519',
    passphrase: () => Promise.resolve(fail('secret.locked')),
  })
  const input = { account: 'Perps', secret: null, keyId: null, label: '', expiresAt: null, passphrase }
  if (key) valueOf(await keys.add(input))
  keys.lock()
  const backup = join(dir, 'backups', fileName)
  mkdirSync(join(dir, 'backups'), { mode: 0o700 })
  const { proof } = valueOf(await store.backup(backup))
  valueOf(await store.history.append({ kind: 'test.noted', body: { later: true } }))
  await store.close()
  return { dir, backup, proof, question: { dir, backup, mode: 'real' } as const }
}

const bytesOf = (dir: string) => readFileSync(join(dir, databaseName)).toString('base64')

describe('restoring over a real desk', () => {
  it('is confirmed on the Ledger of one of its accounts, which shows the rows and the head', async () => {
    const { question, proof } = await deskWithBackup()
    const { device, text } = await connected('approve')
    valueOf(await confirmRestore({ ...question, device }, Date.now))
    for (const part of ['RestoreaCountersignbackup', `rows${proof.count}`, proof.head])
      expect(text()).toContain(part)
  })

  it('is refused where the person says no, and where the Ledger is that of nobody here', async () => {
    const { question } = await deskWithBackup()
    const { device } = await connected('reject')
    expect(failureOf(await confirmRestore({ ...question, device }, Date.now)).code).toBe('device.rejected')
    const other = await deskWithBackup({ path: "44'/60'/0'/0/7" })
    const here = await connected('approve')
    const asked = await confirmRestore({ ...other.question, device: here.device }, Date.now)
    expect(failureOf(asked).code).toBe('device.notThisOne')
    expect(here.text()).not.toContain('Restore')
  })

  it('takes the passphrase of its API keys where no Ledger is connected, and no other', async () => {
    const { question } = await deskWithBackup({ key: true })
    const asked = async (given?: string) =>
      confirmRestore(
        { ...question, device: await absent(), ...(given === undefined ? {} : { passphrase: given }) },
        Date.now,
      )
    expect(failureOf(await asked()).code).toBe('store.unconfirmed')
    expect(failureOf(await asked('correct horse battery stable')).code).toBe('secret.wrongPassphrase')
    valueOf(await asked(passphrase))
  })

  it('without an API key and without its Ledger is refused, passphrase or not', async () => {
    const { question } = await deskWithBackup()
    const device = await absent()
    for (const given of [{}, { passphrase }])
      expect(failureOf(await confirmRestore({ ...question, device, ...given }, Date.now)).code).toBe(
        'device.unreachable',
      )
  })

  it('asks nobody where there is no desk yet', async () => {
    const { question } = await deskWithBackup()
    const dir = join(tempDir(), 'new')
    valueOf(await confirmRestore({ ...question, dir, device: await absent() }, Date.now))
    expect(existsSync(dir)).toBe(false)
  })
})

attack(
  'page',
  'restores an older backup over the real desk, from a page that has it closed',
  'refused until the Ledger of one of its accounts, or the passphrase where none is connected, confirmed it; nothing is moved',
  async () => {
    const { dir } = await deskWithBackup({ key: true })
    const before = bytesOf(dir)
    const host = await createDesk({
      shell: 'browser',
      version: '0',
      dataDir: dir,
      mode: null,
      device: await absent(),
    })
    const desk = valueOf(host)
    onTestFinished(() => desk.close())
    const client = createRouterClient(desk.router)
    const restore = (given: { readonly passphrase?: string } = {}) =>
      client.session.restore({ mode: 'real', fileName, ...given })
    expect(failureOf(await restore()).code).toBe('store.unconfirmed')
    expect(failureOf(await restore({ passphrase: 'correct horse battery stable' })).code).toBe(
      'secret.wrongPassphrase',
    )
    expect(bytesOf(dir)).toBe(before)
    expect(readdirSync(join(dir, 'backups'))).toEqual([fileName])
    expect(valueOf(await restore({ passphrase })).replaced).not.toBeNull()
  },
)
