/** Fixtures of the tests that reach behind the screens: `here` is the desk, in the test's own process, and `page` a page in it. */
import { expect, test as base } from './fixtures.ts'
import { openDeskHere, type OpenedDesk } from './in-process.ts'

/** Playwright's test with a desk in its own process. */
export const test = base.extend<{ here: OpenedDesk }>({
  here: async ({ context }, use) => {
    const desk = await openDeskHere()
    const page = await context.newPage()
    await page.goto(desk.link)
    await page.waitForURL(({ pathname }) => pathname === '/')
    await use(desk)
    await page.close()
    await desk.close()
  },
  page: async ({ here, context }, use) => {
    const [page] = context.pages()
    if (!here || !page) throw new Error('the desk did not open')
    await use(page)
  },
})

export { expect }
