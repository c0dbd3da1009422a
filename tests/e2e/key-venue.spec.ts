import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { addAccount, addPracticeKey, approve, failNext, go, openSwitches, prepare, send } from './steps.ts'

/** Approves a change in words on the practice Ledger. */
async function approveInWords(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter')
  await approve(page)
  await expect(page.getByText('Signed. Not sent yet.')).toBeVisible()
}

test('on CoinSwitch: the practice key, approved in words, sent and applied; then unknown, and settled', async ({
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

  await openSwitches(page)
  await prepare(page, { market: 'ETHUSDT', leverage: '8' })
  await approveInWords(page)
  await failNext(page, 'resetAfterApply')
  await send(page)
  await expect(page.getByText('ETHUSDT on Perps may have changed, or may not.')).toBeVisible()
  await page.keyboard.press('r')
  await expect(page.getByText(/ETHUSDT on Perps is now 8×/)).toBeVisible()
})
