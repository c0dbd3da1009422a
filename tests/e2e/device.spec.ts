import { expect, test } from './fixtures.ts'
import { addAccount, approve, ask, ledger, openSwitches, prepare, reject, sign, turn } from './steps.ts'

test.beforeEach(async ({ page }) => {
  await addAccount(page, 'Treasury Main')
  await openSwitches(page)
  await prepare(page, { market: 'BTC', leverage: '10' })
})

const signButton = { name: /^Sign on practice Ledger/ }

test('rejected on the device: nothing signed, nothing sent, never asked again by itself', async ({
  page,
}) => {
  await ask(page)
  await reject(page)
  await expect(page.getByText('You rejected it. Nothing was signed.')).toBeFocused()
  await expect(page.getByText('Did the characters differ?')).toBeVisible()
  await turn(page, 'Locked', true)
  await expect(page.getByRole('status').filter({ hasText: 'The Ledger is locked.' }).first()).toBeVisible()
  await turn(page, 'Locked', false)
  await expect(page.getByText('The practice Nano S Plus is ready.')).toBeVisible()
  await expect(page.getByText('You rejected it. Nothing was signed.')).toBeVisible()
  await page.getByRole('button', { name: /^Show it again/ }).click()
  await approve(page)
  await expect(page.getByText('Signed. Not sent yet.')).toBeVisible()
})

test('locked: unlocked, it goes on by itself', async ({ page }) => {
  await turn(page, 'Locked', true)
  await page.getByRole('button', signButton).click()
  await expect(page.getByRole('heading', { name: 'Your Ledger is locked' })).toBeVisible()
  await expect(page.getByText('The Ledger answers 0x5515 while it is locked.')).toBeVisible()
  await turn(page, 'Locked', false)
  await approve(page)
  await expect(page.getByText('Signed. Not sent yet.')).toBeVisible()
})

test('the wrong app, named; then none; then Ethereum, and it goes on by itself', async ({ page }) => {
  const app = page.getByLabel('Open on it')
  await app.selectOption('Bitcoin')
  await page.getByRole('button', signButton).click()
  await expect(page.getByRole('heading', { name: 'Another app is open' })).toBeVisible()
  await expect(page.getByText(/"Bitcoin" open, not the Ethereum app\./).first()).toBeVisible()
  await app.selectOption('BOLOS')
  await expect(page.getByRole('heading', { name: 'No app is open' })).toBeVisible()
  await app.selectOption('Ethereum')
  await expect(ledger(page).getByRole('img')).toHaveAttribute('aria-label', /Blind signing ahead/)
})

test('a setting off: where to find it is said, and signing works once it is on', async ({ page }) => {
  await turn(page, 'Raw messages', false)
  await expect(page.getByText('A setting is off.')).toBeVisible()
  await page.getByRole('button', signButton).click()
  await expect(page.getByText(/refuses typed data, because a setting/)).toBeVisible()
  await expect(page.getByText(/switch on "Raw messages"/)).toBeVisible()
  await turn(page, 'Raw messages', true)
  await sign(page)
})

test('unplugged in the middle: nothing signed, and asked again only when told', async ({ page }) => {
  await ask(page)
  await approve(page, /chainId/)
  await turn(page, 'Plugged in', false)
  await expect(page.getByText('The Ledger was unplugged. Nothing was signed.')).toBeVisible()
  await turn(page, 'Plugged in', true)
  await expect(page.getByText('The practice Nano S Plus is ready.')).toBeVisible()
  await expect(ledger(page).getByRole('img')).toHaveAttribute('aria-label', /app is ready/)
  await sign(page)
})

test('stopped asking: the question is off the device, and the request is kept', async ({ page }) => {
  await ask(page)
  await page.keyboard.press('Escape')
  await expect(page.getByText('You stopped asking. Nothing was signed.')).toBeVisible()
  await expect(ledger(page).getByRole('img')).not.toHaveAttribute('aria-label', /Blind signing/)
  await sign(page)
})
