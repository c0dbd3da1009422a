import { join } from 'node:path'
import { breakDesk } from './broken-desk.ts'
import { expect, test } from './fixtures.ts'
import {
  addAccount,
  addPracticeKey,
  approve,
  ask,
  askForAgent,
  expectAccessible,
  failNext,
  fill,
  go,
  openSwitches,
  prepare,
  reject,
  send,
  sign,
  testKey,
  turn,
} from './steps.ts'

test('every screen of the main job is free of axe violations, in light and in dark', async ({ page }) => {
  test.setTimeout(180_000)
  await expect(page.getByText('No accounts yet')).toBeVisible()
  await expectAccessible(page)
  await go(page, '#/new')
  await expect(page.getByText('A request needs an account.')).toBeVisible()
  await expectAccessible(page)
  await go(page, '#/accounts/add')
  await expect(page.getByRole('radio', { name: /44'\/60'\/0'\/0\/0/ })).toBeVisible()
  await expectAccessible(page)
  await addAccount(page, 'Treasury Main')
  await expectAccessible(page)
  await go(page, '#/device')
  await expect(page.getByRole('heading', { name: 'When it is not ready' })).toBeVisible()
  await expectAccessible(page)
  await go(page, '#/home')
  await expect(page.getByText('Leverage now')).toBeVisible()
  await expectAccessible(page)

  await fill(page, { market: 'BTC', leverage: '10' })
  await expectAccessible(page)
  await prepare(page, { market: 'BTC', leverage: '10' })
  await expectAccessible(page)
  await page.keyboard.press('l')
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Raw bytes' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  await openSwitches(page)
  await ask(page)
  await expectAccessible(page)
  await reject(page)
  await expectAccessible(page)
  await turn(page, 'Locked', true)
  await page.getByRole('button', { name: /^Show it again/ }).click()
  await expect(page.getByRole('heading', { name: 'Your Ledger is locked' })).toBeVisible()
  await expectAccessible(page)
  await turn(page, 'Locked', false)
  await approve(page)
  await expect(page.getByText('Signed. Not sent yet.')).toBeVisible()
  await expectAccessible(page)
  await failNext(page, 'resetAfterApply')
  await send(page)
  await expect(page.getByText('BTC on Treasury Main may have changed, or may not.')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('r')
  await expect(page.getByText('BTC on Treasury Main is now 10× cross.')).toBeVisible()
  await expectAccessible(page)
  await go(page, '#/history/5')
  await expect(page.getByRole('heading', { name: /^#5,/ })).toBeVisible()
  await expectAccessible(page)
})

test('the screens of API keys and of an approval in words are free of them', async ({ page }) => {
  test.setTimeout(180_000)
  await addAccount(page, 'Perps', 'Bybit')
  await page.getByRole('button', { name: 'Add an API key to Perps' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await addPracticeKey(page, 'Perps')
  await testKey(page, 'Perps')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Remove the API key of Perps' }).click()
  await expect(page.getByRole('button', { name: 'Confirm with the Ledger' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Keep the key' }).click()
  await prepare(page, { market: 'BTCUSDT', leverage: '10' })
  await expectAccessible(page)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { name: 'Does your Ledger say this?' })).toBeVisible()
  await expectAccessible(page)
  await go(page, '#/accounts')
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await page.getByRole('button', { name: 'Unlock', exact: true }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
})

test('the screens of agents and of revoking are free of them', async ({ page }) => {
  test.setTimeout(180_000)
  await addAccount(page, 'Treasury Main')
  await page.getByRole('link', { name: 'Treasury Main', exact: true }).click()
  await askForAgent(page, `0x${'5a'.repeat(20)}`)
  await expectAccessible(page)
  await approve(page)
  await expect(page.getByText('desk-1 is approved.')).toBeVisible()
  await expectAccessible(page)
  await prepare(page, { market: 'BTC', leverage: '10' })
  await sign(page)
  await page.getByRole('button', { name: /^Revoke/ }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
})

test.describe('a database that cannot be opened', () => {
  test.use({ deskArguments: [] })
  test('has a screen that is free of them, before and after restoring', async ({ desk, page }) => {
    breakDesk(join(desk.dataDir, 'practice'))
    await page.getByRole('button', { name: /^Practice first/ }).click()
    await expect(page.getByText('It verifies.')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Restore this backup' }).click()
    await expect(page.getByRole('heading', { name: 'The backup is in place.' })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Open the desk' }).click()
    await expect(page.getByRole('rowheader', { name: /^treasury/ })).toBeVisible()
  })
})
