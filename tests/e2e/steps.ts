/** What a person does on the screens, step by step, in practice. Every helper waits for what the screen says. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'

/** The practice Ledger beside the desk. */
export const ledger = (page: Page): Locator => page.getByRole('complementary', { name: 'Practice Ledger' })

/** What the practice Ledger shows now. */
export const shown = async (page: Page): Promise<string> =>
  (await ledger(page).getByRole('img').getAttribute('aria-label')) ?? ''

/** Presses a button of the practice Ledger, or touches it, by what the button says. */
export async function press(page: Page, button: string): Promise<void> {
  const before = await shown(page)
  await ledger(page).getByRole('button', { name: button, exact: true }).click()
  await page.waitForFunction(
    (seen) =>
      document.querySelector('[aria-label="Practice Ledger"] [role=img]')?.getAttribute('aria-label') !==
      seen,
    before,
  )
}

/** Screens on which nothing is asked; the PIN stands there until the desk has heard that the device was unlocked. */
const resting = /is ready|signed$|rejected$|verified$|unplugged|Enter PIN/
const decisions = /Blind signing ahead|Sign message|Confirm/

/** Goes on on a Nano as somebody who approves, until it shows `until`, or to the end. */
export async function approve(page: Page, until: RegExp = /signed$|verified$/): Promise<void> {
  await expect(ledger(page).getByRole('img')).not.toHaveAttribute('aria-label', resting)
  for (let text = await shown(page); !until.test(text); text = await shown(page))
    await press(page, decisions.test(text) ? 'Both' : 'Right')
}

/** Rejects at the first screen, as a Nano lets one do. */
export async function reject(page: Page): Promise<void> {
  await expect(ledger(page).getByRole('img')).toHaveAttribute('aria-label', /Blind signing ahead/)
  await press(page, 'Right')
  await press(page, 'Both')
}

/** Opens what can be done to the practice Ledger. */
export const openSwitches = (page: Page): Promise<void> => page.getByText('Try what can go wrong').click()

/** Turns a switch of the practice Ledger. */
export const turn = (page: Page, name: string, on: boolean): Promise<void> =>
  page.getByRole('switch', { name }).setChecked(on)

/** Lets the venue's next answer to a sending go wrong. */
export async function failNext(page: Page, fault: string): Promise<void> {
  await page.getByLabel('The venue’s next answer').selectOption(fault)
  await page.getByRole('button', { name: 'Let it go wrong' }).click()
  await expect(page.getByText(/^The next sending:/)).toBeVisible()
}

/** Goes to a place of the desk; its screen is there then, though not all that it reads. */
export const go = (page: Page, hash: string): Promise<void> =>
  page.evaluate(
    (to) =>
      new Promise<void>((resolve) => {
        const before = window.location.href
        // The desk listens as well, and came first; what it changes is drawn before a timer comes.
        window.addEventListener('hashchange', () => setTimeout(resolve), { once: true })
        window.location.hash = to
        if (window.location.href === before) resolve()
      }),
    hash,
  )

/** Adds the practice Ledger's first address as an account, compared and confirmed on it; typed settings by label. */
export async function addAccount(
  page: Page,
  name: string,
  venue = 'Hyperliquid',
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  await go(page, '#/accounts/add')
  await page.getByRole('radio', { name: /44'\/60'\/0'\/0\/0/ }).check()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('combobox', { name: /^Venue/ }).selectOption({ label: venue })
  for (const [label, value] of Object.entries(settings))
    await page.getByLabel(label, { exact: true }).fill(value)
  await expect(page.getByRole('button', { name: /^Show the address/ })).toBeEnabled()
  await page.keyboard.press('Control+Enter')
  await approve(page)
  await expect(page.getByText(`${name} is kept.`)).toBeVisible()
}

/** Seals API keys in the tests. */
export const passphrase = 'five words chosen at random'

/** Adds the key that the practice venue knows, where the account's keys stand; the first key of the desk. */
export async function addPracticeKey(page: Page, account: string): Promise<void> {
  await page.getByRole('button', { name: `Add an API key to ${account}` }).click()
  await page.getByLabel('Choose a passphrase').fill(passphrase)
  await page.getByLabel('The same again').fill(passphrase)
  await page.getByRole('button', { name: 'Seal and keep' }).click()
  await expect(page.getByText(`The API key of ${account} is kept.`)).toBeVisible()
}

/** Adds another key that the practice venue knows, where the passphrase is kept. */
export async function addAnotherPracticeKey(page: Page, account: string): Promise<void> {
  await page.getByRole('button', { name: `Add an API key to ${account}` }).click()
  await page.getByRole('button', { name: 'Seal and keep' }).click()
  await expect(page.getByText(`The API key of ${account} is kept.`)).toBeVisible()
}

/** Approves an agent on an account's page, as far as the question on the Ledger. */
export async function askForAgent(page: Page, agent: string): Promise<void> {
  await page.getByLabel("Address of the agent's key").fill(agent)
  await page.getByRole('textbox', { name: 'Name' }).fill('desk-1')
  await page.getByRole('button', { name: 'Show it on the Ledger' }).click()
  await expect(page.getByText('The Ledger shows the agent and waits for your answer.')).toBeVisible()
}

/** Tests a key; its venue takes it. */
export async function testKey(page: Page, account: string): Promise<void> {
  await page.getByRole('button', { name: `Test the API key of ${account}` }).click()
  await expect(page.getByText(`The API key of ${account} works.`)).toBeVisible()
}

/** What is asked for. */
export interface Wanted {
  readonly market: string
  readonly leverage: string
  /** Name of the account; the first one unless told. */
  readonly account?: string
}

/** Fills in a new request. */
export async function fill(page: Page, { market, leverage, account }: Wanted): Promise<void> {
  await go(page, `#/new?market=${encodeURIComponent(market)}`)
  if (account !== undefined) {
    const option = page.getByRole('option', { name: new RegExp(`^${account},`) })
    await page.getByLabel('Account').selectOption(await option.getAttribute('value'))
  }
  await expect(page.getByRole('option', { name: new RegExp(`^${market} `), selected: true })).toBeVisible()
  await page.getByLabel(`New leverage for ${market}`).first().fill(leverage)
  await expect(page.getByText(new RegExp(`^${market} on .* goes from .* to ${leverage}×`))).toBeVisible()
}

/** Prepares a request; its preview is on the screen then. */
export async function prepare(page: Page, wanted: Wanted): Promise<void> {
  await fill(page, wanted)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { name: 'What the practice Ledger will show' })).toBeVisible()
}

/** Asks the device; its first screen is there then. */
export async function ask(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter')
  await expect(ledger(page).getByRole('img')).toHaveAttribute('aria-label', /Blind signing ahead/)
}

/** Signs a prepared request. */
export async function sign(page: Page): Promise<void> {
  await ask(page)
  await approve(page)
  await expect(page.getByText('Signed. Not sent yet.')).toBeVisible()
}

/** Sends a signed request. */
export const send = (page: Page): Promise<void> => page.getByRole('button', { name: /^Send to / }).click()

/** Themes that every screen has. */
export const themes = ['light', 'dark'] as const

/** No axe violation, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    )
    expect(found, colorScheme).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
