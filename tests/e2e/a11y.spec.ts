import { expect, test } from './fixtures.ts'
import {
  addAccount,
  approve,
  ask,
  expectAccessible,
  failNext,
  fill,
  go,
  openSwitches,
  prepare,
  reject,
  send,
  turn,
} from './steps.ts'

test('every screen of the main job is free of axe violations, in light and in dark', async ({ page }) => {
  test.setTimeout(180_000)
  await expectAccessible(page)
  await go(page, '#/new')
  await expectAccessible(page)
  await go(page, '#/accounts/add')
  await expectAccessible(page)
  await addAccount(page, 'Treasury Main')
  await expectAccessible(page)
  await go(page, '#/device')
  await expectAccessible(page)
  await go(page, '#/home')
  await expect(page.getByText('Leverage now')).toBeVisible()
  await expectAccessible(page)

  await fill(page, { market: 'BTC', leverage: '10' })
  await expectAccessible(page)
  await prepare(page, { market: 'BTC', leverage: '10' })
  await expectAccessible(page)
  await page.keyboard.press('l')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Raw bytes' }).click()
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
