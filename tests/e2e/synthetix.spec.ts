import { expect, test } from './fixtures.ts'
import { addAccount, approve, failNext, go, openSwitches, prepare, send, sign } from './steps.ts'

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
