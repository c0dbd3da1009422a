import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import {
  addAccount,
  addPracticeKey,
  approve,
  failNext,
  go,
  openSwitches,
  passphrase,
  prepare,
  send,
} from './steps.ts'

/** Approves a change in words on the practice Ledger. */
async function approveInWords(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter')
  await approve(page)
  await expect(page.getByText('Signed. Not sent yet.')).toBeVisible()
}

test('on CoinSwitch: the practice key, approved in words, sent and applied; locked and unlocked; then unknown, and settled', async ({
  page,
}) => {
  await addAccount(page, 'Perps', 'CoinSwitch')
  await go(page, '#/new?market=BTCUSDT')
  await expect(page.getByText('Perps has no API key yet.')).toBeVisible()
  await page.getByRole('link', { name: 'Add an API key' }).click()
  await addPracticeKey(page, 'Perps')

  await prepare(page, { market: 'BTCUSDT', leverage: '10' })
  await approveInWords(page)
  await send(page)
  await expect(page.getByText(/BTCUSDT on Perps is now 10×/)).toBeVisible()

  await go(page, '#/accounts')
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await go(page, '#/new?market=ETHUSDT')
  await expect(page.getByText('The API keys are locked.')).toBeVisible()
  await page.getByRole('button', { name: 'Unlock' }).click()
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Unlock and read' }).click()
  await expect(page.getByText(/^ETHUSDT on Perps is /)).toBeVisible({ timeout: 60_000 })

  await openSwitches(page)
  await prepare(page, { market: 'ETHUSDT', leverage: '8' })
  await approveInWords(page)
  await failNext(page, 'resetAfterApply')
  await send(page)
  await expect(page.getByText('ETHUSDT on Perps may have changed, or may not.')).toBeVisible()
  await page.keyboard.press('r')
  await expect(page.getByText(/ETHUSDT on Perps is now 8×/)).toBeVisible()
})

test('on Arcus: a key made here, registered with the Ledger, and used', async ({ page }) => {
  await addAccount(page, 'Arc', 'Arcus')
  await page.getByRole('button', { name: 'Add an API key to Arc' }).click()
  await page.getByText('Made here').click()
  await page.getByLabel('Choose a passphrase').fill(passphrase)
  await page.getByLabel('The same again').fill(passphrase)
  await page.getByRole('button', { name: 'Seal and keep' }).click()
  await page.getByRole('button', { name: 'Register with the Ledger' }).click()
  await expect(page.getByText('The practice Ledger waits for your answer.')).toBeVisible()
  await approve(page)
  await expect(page.getByText('The API key of Arc is registered.')).toBeVisible()

  await prepare(page, { market: 'BTC-USD', leverage: '10' })
  await approveInWords(page)
  await send(page)
  await expect(page.getByText('BTC-USD on Arc is now 10× cross.')).toBeVisible()
})

test('a key is replaced and removed only as the Ledger confirms it', async ({ page }) => {
  await addAccount(page, 'Perps', 'CoinSwitch')
  await addPracticeKey(page, 'Perps')
  await page.getByRole('button', { name: 'Rotate the API key of Perps' }).click()
  await page.getByText('Made here').click()
  await page.getByRole('button', { name: 'Seal and keep' }).click()
  await expect(page.getByText('Confirm on the practice Ledger that the key is replaced.')).toBeVisible()
  await expect(page.getByRole('dialog')).toBeHidden()
  await approve(page)
  await expect(page.getByText('The API key of Perps is kept.')).toBeVisible()

  await page.getByRole('button', { name: 'Remove the API key of Perps' }).click()
  await page.getByRole('button', { name: 'Confirm with the Ledger' }).click()
  await expect(page.getByText('The practice Ledger waits for your answer.')).toBeVisible()
  await page.getByRole('button', { name: 'Stop asking' }).click()
  await expect(page.getByText('You stopped asking. Nothing was signed.')).toBeVisible()
  await page.getByRole('button', { name: 'Confirm with the Ledger' }).click()
  await approve(page)
  await expect(page.getByText('The API key of Perps is forgotten.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Add an API key to Perps' })).toBeVisible()
})
