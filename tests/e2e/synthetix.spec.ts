import { expect, test } from './fixtures.ts'
import {
  addAccount,
  approve,
  expectAccessible,
  failNext,
  go,
  openSwitches,
  prepare,
  send,
  sign,
} from './steps.ts'

test('on Synthetix: reading permitted, prepared, signed, sent and applied; then unknown, and settled', async ({
  page,
}) => {
  await addAccount(page, 'Perps', 'Synthetix')
  await go(page, '#/new?market=BTC-USDT')
  await expect(page.getByText('Your Ledger has not permitted reading Perps.')).toBeVisible()
  await page.getByRole('button', { name: 'Permit reading' }).click()
  await expect(page.getByText('The practice Ledger waits for your answer.')).toBeVisible()
  await approve(page)
  await prepare(page, { market: 'BTC-USDT', leverage: '5' })
  await sign(page)
  await send(page)
  await expect(page.getByText('BTC-USDT on Perps is now 5× cross.')).toBeVisible()

  await openSwitches(page)
  await prepare(page, { market: 'ETH-USDT', leverage: '25' })
  await sign(page)
  await failNext(page, 'resetAfterApply')
  await send(page)
  await expect(page.getByText('ETH-USDT on Perps may have changed, or may not.')).toBeVisible()
  await page.keyboard.press('r')
  await expect(page.getByText('ETH-USDT on Perps is now 25× cross.')).toBeVisible()
})

test('on Synthetix: a signed request is revoked by a higher nonce, and what else ends with it is named', async ({
  page,
}) => {
  await addAccount(page, 'Perps', 'Synthetix')
  await go(page, '#/new?market=BTC-USDT')
  await page.getByRole('button', { name: 'Permit reading' }).click()
  await approve(page)
  await prepare(page, { market: 'BTC-USDT', leverage: '5' })
  await prepare(page, { market: 'ETH-USDT', leverage: '25' })
  await sign(page)
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Revoke this request?' })
  await expect(dialog.getByText(/A change of ETH-USDT to 20x, which is in force now/)).toBeVisible()
  await expect(dialog.getByText(/become useless as well: \w{26} \(BTC-USDT\)/)).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Revoke on the Ledger' }).click()
  await approve(page)
  await expect(page.getByText('ETH-USDT on Perps was not changed by it.')).toBeVisible()
})
