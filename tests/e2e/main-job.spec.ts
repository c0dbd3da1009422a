import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Download } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { project } from './machine.ts'
import { addAccount, approve, ask, ledger, prepare, send, shown, sign } from './steps.ts'

const run = promisify(execFile)

test.describe('the whole main job', () => {
  test('on Hyperliquid: prepared, compared, signed, sent, applied, in the history', async ({
    consoleErrors,
    page,
  }) => {
    await addAccount(page, 'Treasury Main')
    await prepare(page, { market: 'BTC', leverage: '10' })
    await expect(page.getByText('from 5 times to 10 times')).toBeAttached()
    await expect(page.getByText('It will not show BTC, 10× or cross.')).toBeVisible()
    const digest = await page.locator('[data-digest]').first().getAttribute('data-digest')

    await ask(page)
    await approve(page, /connectionId \(1\/2\)/)
    await expect(page.getByRole('heading', { name: 'Are these three lines on your Ledger?' })).toBeVisible()
    const previewed = await page.locator('[data-line]').allTextContents()
    expect(previewed.join('')).toBe(`0x${digest?.slice(2).toUpperCase()}`)
    expect(await shown(page)).toContain(previewed.slice(0, 3).join(' '))
    await approve(page)

    await expect(page.getByText('Signed. Not sent yet.')).toBeFocused()
    await expect(page.getByText(/Signer recovered:/)).toBeVisible()
    await expect(page.getByText('BTC is still 5× cross')).toBeVisible()
    await page.keyboard.press('Control+Enter')

    await expect(page.getByText('BTC on Treasury Main is now 10× cross.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'One digest, four places' })).toBeVisible()
    const places = await page.locator('[data-place] b').allTextContents()
    expect(new Set(places).size).toBe(1)

    await page.getByRole('link', { name: 'In the history' }).click()
    await expect(page.getByText(/All 8 entries fit together, none altered\./)).toBeVisible()
    await page.getByRole('button', { name: 'Evidence of entry 5' }).click()
    await expect(page.getByText('Signer recovered, as expected')).toBeVisible()
    await expect(page.getByText('Hash recomputed from its content: the same')).toBeVisible()
    expect(consoleErrors).toEqual([])
  })

  test('its history, exported with its head beside it, verifies at the command line', async ({
    page,
  }, testInfo) => {
    await addAccount(page, 'Treasury Main')
    await page.getByRole('link', { name: 'History' }).click()
    await expect(page.getByText(/fits together|fit together/)).toBeVisible()
    const saved: Download[] = []
    page.on('download', (download) => saved.push(download))
    await page.getByRole('button', { name: 'Export' }).click()
    await expect.poll(() => saved.length).toBe(2)
    const paths = saved.map((download) => testInfo.outputPath(download.suggestedFilename()))
    await Promise.all(saved.map((download, place) => download.saveAs(paths[place] ?? '')))
    // The browser saves both at once: either may be told first.
    const [head = '', rows = ''] = paths.toSorted()
    expect(rows).toMatch(/\.jsonl$/)
    expect(head).toMatch(/\.checkpoint\.txt$/)
    const command = join(project, 'out/countersign.js')
    const { stdout } = await run(process.execPath, [command, 'history', 'verify', rows, '--head', head])
    expect(stdout).toMatch(/It begins with the \d+ rows of the head that you gave\./)
  })

  test('on Compass: what Compass prepared is rebuilt, signed and applied', async ({ page }) => {
    await addAccount(page, 'Compass Main', 'Compass')
    await prepare(page, { market: 'AAPL', leverage: '3' })
    await expect(page.getByText('Carries no expiry')).toBeVisible()
    await sign(page)
    await page.getByRole('button', { name: 'Raw bytes' }).click()
    await expect(page.getByText('What “Send to Compass” sends')).toBeVisible()
    await page.keyboard.press('Escape')
    await send(page)
    await expect(page.getByText('AAPL on Compass Main is now 3× cross.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'One digest, four places' })).toBeVisible()
  })

  test('on a Stax: pages are swiped, the last one is held', async ({ page }) => {
    await addAccount(page, 'Treasury Main')
    await page.getByText('Try what can go wrong').click()
    await page.getByLabel('Model').selectOption('stax')
    await prepare(page, { market: 'BTC', leverage: '2' })
    await expect(page.getByText('Compare it on page 4.')).toBeVisible()
    await ask(page)
    const touch = (name: string) => page.getByRole('button', { name, exact: true }).click()
    await touch('Tap “Accept risk and continue”')
    for (const at of [1, 2, 3]) {
      await expect(ledger(page).getByRole('img')).toHaveAttribute('aria-label', new RegExp(`${at} of 5`))
      await touch('Swipe on')
    }
    await expect(page.getByRole('heading', { name: 'Are these four lines on your Ledger?' })).toBeVisible()
    await touch('Swipe on')
    await touch('Hold “Hold to sign”')
    await expect(page.getByText('Signed. Not sent yet.')).toBeVisible()
  })

  test('by keyboard alone, from the first key to the outcome', async ({ page }) => {
    await addAccount(page, 'Treasury Main')
    await page.keyboard.press('n')
    await expect(page.getByRole('combobox', { name: 'Market' })).toBeFocused()
    await page.keyboard.type('BTC')
    await page.keyboard.press('Enter')
    await expect(page.getByLabel('New leverage for BTC').first()).toBeFocused()
    await expect(page.getByText(/^BTC on Treasury Main is 5× cross\./)).toBeVisible()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await expect(page.getByText('BTC on Treasury Main goes from 5× to 7×, cross.')).toBeVisible()
    await page.keyboard.press('Control+Enter')
    await expect(page.getByRole('button', { name: /^Sign on practice Ledger/ })).toBeVisible()
    await page.keyboard.press('ArrowRight')
    await expect(page.getByRole('img', { name: /^Screen 18 of 19/ })).toBeVisible()
    await ask(page)
    // The Ledger's own buttons, reached with the keyboard.
    const both = page.getByRole('button', { name: 'Both', exact: true })
    await both.focus()
    await page.keyboard.press('Enter')
    for (let at = 2; at < 19; at += 1) {
      await expect(page.getByText(`${at} of 19`)).toBeVisible()
      await page.keyboard.press('ArrowRight')
    }
    await expect(page.getByText('19 of 19')).toBeVisible()
    await both.focus()
    await page.keyboard.press('Enter')
    await expect(page.getByText('Signed. Not sent yet.')).toBeFocused()
    await page.keyboard.press('Control+Enter')
    await expect(page.getByText('BTC on Treasury Main is now 7× cross.')).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'New request' })).toBeVisible()
  })
})
