import { addAccount, prepare, send, sign } from '../steps.ts'
import { expect, test } from './fixtures.ts'

test('the whole main job on Hyperliquid, in the window', async ({ page }) => {
  await addAccount(page, 'Treasury Main')
  await prepare(page, { market: 'BTC', leverage: '10' })
  await expect(page.getByText('It will not show BTC, 10× or cross.')).toBeVisible()
  await sign(page)
  await send(page)
  await expect(page.getByText('BTC on Treasury Main is now 10× cross.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'One digest, four places' })).toBeVisible()
  const places = await page.locator('[data-place] b').allTextContents()
  expect(new Set(places).size).toBe(1)
  await page.getByRole('link', { name: 'In the history' }).click()
  await expect(page.getByText(/All 8 entries fit together, none altered\./)).toBeVisible()
})

test('the whole main job on Compass, in the window', async ({ page }) => {
  await addAccount(page, 'Compass Main', 'Compass')
  await prepare(page, { market: 'AAPL', leverage: '3' })
  await sign(page)
  await send(page)
  await expect(page.getByText('AAPL on Compass Main is now 3× cross.')).toBeVisible()
})
