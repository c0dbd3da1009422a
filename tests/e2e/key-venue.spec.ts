import { practiceOnlyCoinSwitchKey } from '../../electron/venues/practice/v5-state.ts'
import { expect, test } from './fixtures.ts'
import { addAccount, approve, fill, ledger, prepare, send } from './steps.ts'

const passphrase = 'five words chosen at random'

test('on CoinSwitch: a key added, approved in words, sent and applied', async ({ page }) => {
  await addAccount(page, 'Perps', 'CoinSwitch')
  await page.getByRole('button', { name: 'Add an API key to Perps' }).click()
  await page.getByText('Pasted').click()
  await page.getByLabel('Secret').fill(practiceOnlyCoinSwitchKey.seed)
  await page.getByLabel('Choose a passphrase').fill(passphrase)
  await page.getByLabel('The same again').fill(passphrase)
  await page.getByRole('button', { name: 'Seal and keep' }).click()
  await expect(page.getByText('The API key of Perps is kept.')).toBeVisible()
  await prepare(page, { market: 'BTCUSDT', leverage: '10' })
  await page.keyboard.press('Control+Enter')
  await approve(page)
  await expect(page.getByText('Signed. Not sent yet.')).toBeVisible()
  await send(page)
  await expect(page.getByText(/BTCUSDT on Perps is now 10×/)).toBeVisible()
})
