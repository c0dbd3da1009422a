/**
 * Takes a picture of every screen, from the real desk in practice, in light and dark at 1280x800, into docs/screens/.
 * Run by "npm run pictures"; it is a test so that a screen that does not come up fails it.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { breakDesk } from './broken-desk.ts'
import { expect, test as base } from './fixtures.ts'
import { test as here } from './fixtures-here.ts'
import { project } from './machine.ts'
import {
  addAccount,
  addAnotherPracticeKey,
  addPracticeKey,
  approve,
  ask,
  askForAgent,
  failNext,
  fill,
  go,
  openSwitches,
  prepare,
  reject,
  send,
  sign,
  testKey,
  themes,
  turn,
} from './steps.ts'

const folder = join(project, 'docs/screens')

async function picture(page: Page, name: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' })
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}

/** Takes a picture of what is on the page. */
interface Pictures {
  readonly take: (name: string) => Promise<void>
}

const taking = async ({ page }: { page: Page }, use: (take: Pictures['take']) => Promise<void>) => {
  mkdirSync(folder, { recursive: true })
  await use((name) => picture(page, name))
}

const test = base.extend<Pictures>({ take: taking })
const testHere = here.extend<Pictures>({ take: taking })
test.setTimeout(300_000)

test.describe('the first start', () => {
  test.use({ deskArguments: [] })
  test('practice or my Ledger', async ({ page, take }) => {
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await take('first-start')
  })
})

test('accounts, device and a change that is applied', async ({ page, take }) => {
  await go(page, '#/accounts/add')
  await page.getByRole('radio', { name: /44'\/60'\/0'\/0\/0/ }).check()
  await page.getByLabel('Name').fill('Treasury Main')
  await take('account-add')
  await addAccount(page, 'Treasury Main')
  await addAccount(page, 'Compass Main', 'Compass')
  await take('accounts')
  await go(page, '#/device')
  await take('device')
  await fill(page, { market: 'BTC', leverage: '10', account: 'Treasury Main' })
  await take('new-request')
  await prepare(page, { market: 'BTC', leverage: '10', account: 'Treasury Main' })
  await expect(page.getByText('The practice Nano S Plus is ready.')).toBeVisible()
  await take('preview')
  await ask(page)
  await approve(page, /connectionId \(1\/2\)/)
  await take('waiting')
  await approve(page)
  await expect(page.getByText('BTC is still 5× cross')).toBeVisible()
  await take('signed')
  await send(page)
  await expect(page.getByText('BTC on Treasury Main is now 10× cross.')).toBeVisible()
  await expect(page.getByText('Read back: 10× cross')).toBeVisible()
  await take('applied')
  await go(page, '#/history/6')
  await expect(page.getByText('Signer recovered, as expected')).toBeVisible()
  await take('history')
})

test('what can stand in the way', async ({ page, take }) => {
  await addAccount(page, 'Treasury Main')
  await prepare(page, { market: 'ETH', leverage: '5' })
  await ask(page)
  await reject(page)
  await expect(page.getByText('The practice Nano S Plus is ready.')).toBeVisible()
  await take('rejected')
  await openSwitches(page)
  const again = () => page.getByRole('button', { name: /^(Show it again|Sign on practice Ledger)/ }).click()
  await turn(page, 'Locked', true)
  await again()
  await expect(page.getByRole('heading', { name: 'Your Ledger is locked' })).toBeVisible()
  await take('locked')
  await page.getByRole('button', { name: /^Stop waiting/ }).click()
  await turn(page, 'Locked', false)
  await page.getByLabel('Open on it').selectOption('Bitcoin')
  await again()
  await expect(page.getByRole('heading', { name: 'Another app is open' })).toBeVisible()
  await take('wrong-app')
  await page.getByRole('button', { name: /^Stop waiting/ }).click()
  await page.getByLabel('Open on it').selectOption('Ethereum')
  await ask(page)
  await turn(page, 'Plugged in', false)
  await expect(page.getByText('No Ledger is connected.')).toBeVisible()
  await take('unplugged')
  await turn(page, 'Plugged in', true)
  await turn(page, 'Raw messages', false)
  await expect(page.getByText('The practice Nano S Plus is ready.')).toBeVisible()
  await again()
  await expect(page.getByText(/refuses typed data/)).toBeVisible()
  await take('setting-off')
  await page.getByLabel('Model').selectOption('stax')
  await turn(page, 'Raw messages', true)
  await prepare(page, { market: 'SOL', leverage: '8' })
  await expect(page.getByText('The practice Stax is ready.')).toBeVisible()
  await take('preview-stax')
})

test('outcomes that are not what was wanted, and home', async ({ page, take }) => {
  await addAccount(page, 'Treasury Main')
  await openSwitches(page)
  const signAndSend = async () => {
    await ask(page)
    await approve(page)
    await send(page)
  }
  await prepare(page, { market: 'xyz:GOLD', leverage: '2' })
  await signAndSend()
  await expect(page.getByText(/stays at 10× isolated/)).toBeVisible()
  await expect(page.getByText('Not applied')).toBeVisible()
  await take('refused')
  await prepare(page, { market: 'ETH', leverage: '5' })
  await failNext(page, 'resetBeforeApply')
  await signAndSend()
  await expect(page.getByText('ETH on Treasury Main may have changed, or may not.')).toBeVisible()
  await expect(page.getByText('Not known')).toBeVisible()
  await page.getByText('Try what can go wrong').click()
  await take('unknown')
  await prepare(page, { market: 'BTC', leverage: '10' })
  await page.getByRole('button', { name: 'Withdraw' }).first().click()
  await expect(page.getByText(/^Nothing was sent: BTC/)).toBeVisible()
  await take('withdrawn')
  await prepare(page, { market: 'SOL', leverage: '8' })
  await go(page, '#/home')
  await expect(page.getByText('Leverage now')).toBeVisible()
  await page.waitForLoadState('networkidle')
  await take('home')
})

test.describe('a database that cannot be opened', () => {
  test.use({ deskArguments: [] })
  test('the newest backup that verifies, and what was restored', async ({ desk, page, take }) => {
    breakDesk(join(desk.dataDir, 'practice'))
    await page.getByRole('button', { name: /^Practice first/ }).click()
    await expect(page.getByText('It verifies.')).toBeVisible()
    await take('recovery')
    await page.getByRole('button', { name: 'Restore this backup' }).click()
    await expect(page.getByRole('heading', { name: 'The backup is in place.' })).toBeVisible()
    await take('restored')
  })
})

test('an agent, and revoking', async ({ page, take }) => {
  await addAccount(page, 'Treasury Main')
  await page.getByRole('link', { name: 'Treasury Main', exact: true }).click()
  await askForAgent(page, `0x${'5a'.repeat(20)}`)
  await approve(page)
  await expect(page.getByText('desk-1 is approved.')).toBeVisible()
  await page.locator('.page').evaluate((screen) => screen.scrollTo(0, 0))
  await take('agents')
  await prepare(page, { market: 'BTC', leverage: '10' })
  await sign(page)
  await page.getByRole('button', { name: /^Revoke/ }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await take('revoke')
})

testHere('API keys, and a change that is approved in words', async ({ here: { venue }, page, take }) => {
  testHere.setTimeout(300_000)
  const { v5 } = venue.state
  if (!v5) throw new Error('the practice venue has its V5 accounts')
  const { bybit } = v5
  const permissions = { ContractTrade: ['Position'], Wallet: ['AccountTransfer', 'Withdraw'] }
  const expiresAtMs = Date.now() + 60 * 3_600_000
  const keys = Object.entries(bybit.keys).map(([id, key]) => [id, { ...key, permissions, expiresAtMs }])
  venue.setState({ ...venue.state, v5: { ...v5, bybit: { ...bybit, keys: Object.fromEntries(keys) } } })
  await addAccount(page, 'Perps India', 'CoinSwitch')
  await page.getByRole('button', { name: 'Add an API key to Perps India' }).click()
  await take('api-key-add')
  await page.keyboard.press('Escape')
  await addPracticeKey(page, 'Perps India')
  await addAccount(page, 'Perps Bybit', 'Bybit')
  await addAnotherPracticeKey(page, 'Perps Bybit')
  await addAccount(page, 'Perps Arcus', 'Arcus')
  await go(page, '#/home')
  await go(page, '#/accounts')
  await testKey(page, 'Perps Bybit')
  await take('api-keys')
  await prepare(page, { market: 'BTCUSDT', leverage: '10', account: 'Perps India' })
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { name: 'Does your Ledger say this?' })).toBeVisible()
  await take('approval')
})
