import { altered } from '../support/altered.ts'
import { expect, test } from './fixtures-here.ts'
import { addAccount, failNext, fill, go, openSwitches, prepare, send, sign } from './steps.ts'

const unknown = 'BTC on Treasury Main may have changed, or may not.'

test.beforeEach(async ({ page }) => {
  await addAccount(page, 'Treasury Main')
})

test('refused by the venue: the old value stays, in the venue’s own words', async ({ here, page }) => {
  await prepare(page, { market: 'xyz:GOLD', leverage: '2' })
  await sign(page)
  await send(page)
  await expect(
    page.getByText('xyz:GOLD on Treasury Main stays at 10× isolated. Nothing changed.'),
  ).toBeVisible()
  await expect(page.locator('pre').first()).toHaveText(/^Isolated position does not have sufficient margin/)
  expect(here.venue.applied).toEqual([])
})

test('unknown, then reconciled as applied; sent once', async ({ here, page }) => {
  await openSwitches(page)
  await prepare(page, { market: 'BTC', leverage: '10' })
  await sign(page)
  await failNext(page, 'resetAfterApply')
  await send(page)
  await expect(page.getByText(unknown)).toBeVisible()
  await page.keyboard.press('r')
  await expect(page.getByText('BTC on Treasury Main is now 10× cross.')).toBeVisible()
  expect(here.venue.requests.filter(({ target }) => target === 'submission')).toHaveLength(1)
})

test('unknown, still unknown, then reconciled as not applied once it has expired; sent once', async ({
  here,
  page,
}) => {
  await openSwitches(page)
  await prepare(page, { market: 'BTC', leverage: '10' })
  await sign(page)
  await failNext(page, 'resetBeforeApply')
  await send(page)
  await expect(page.getByText(unknown)).toBeVisible()
  await page.getByRole('button', { name: /^Check the venue now/ }).click()
  await expect(page.getByText(/Still not settled: the venue shows 5x cross/)).toBeVisible()

  await fill(page, { market: 'BTC', leverage: '7' })
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/An earlier change of BTC/)).toBeVisible()
  await page.getByRole('link', { name: 'Settle it' }).click()

  here.moveClock(16 * 60_000)
  await page.getByRole('button', { name: /^Check the venue now/ }).click()
  await expect(page.getByText('BTC on Treasury Main stays at 5× cross. Nothing changed.')).toBeVisible()
  await expect(page.getByText('It can never be applied now.')).toBeVisible()
  expect(here.venue.requests.filter(({ target }) => target === 'submission')).toHaveLength(1)
  expect(here.venue.applied).toEqual([])
})

test('a venue that says ok and does nothing is not believed', async ({ page }) => {
  await openSwitches(page)
  await prepare(page, { market: 'BTC', leverage: '10' })
  await sign(page)
  await failNext(page, 'okButNotApplied')
  await send(page)
  await expect(page.getByText(unknown)).toBeVisible()
  await expect(page.getByText('Whether Hyperliquid did what it said.')).toBeVisible()
})

test('what Compass prepared otherwise than it was asked is refused with the field named', async ({
  here,
  page,
}) => {
  await addAccount(page, 'Compass Main', 'Compass')
  here.venue.tamperNext((answer) => {
    const text = altered(JSON.stringify(answer), '"leverage":3', '"leverage":10')
    return JSON.parse(text) as typeof answer
  })
  await fill(page, { market: 'AAPL', leverage: '3', account: 'Compass Main' })
  await page.keyboard.press('Control+Enter')
  const alert = page.getByRole('alert').filter({ hasText: 'action.leverage' })
  await expect(alert).toContainText('The field "action.leverage" is 10, but 3 was asked for.')
  await expect(alert).toContainText('Do not sign it.')
  await go(page, '#/home')
  await expect(page.getByText('Nothing waits for you')).toBeVisible()
})

test('withdrawn after it was signed: asked about, then never sent', async ({ here, page }) => {
  await prepare(page, { market: 'BTC', leverage: '10' })
  await sign(page)
  await page.getByRole('button', { name: 'Withdraw' }).first().click()
  await expect(page.getByRole('dialog')).toContainText('It is never sent from here.')
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
  await expect(page.getByText('Nothing was sent: BTC on Treasury Main was left at 5× cross.')).toBeVisible()
  expect(here.venue.requests.filter(({ target }) => target === 'submission')).toEqual([])
})
