/** What the tests need of the machine. It is looked for once, before all tests; the environment tells it to the workers. */
import type { TestInfo } from '@playwright/test'

/** Where it is, or why it is not here and how to have it: words that follow "because". */
export type Found = { readonly path: string } | { readonly reason: string }

const needs = {
  chromium: { path: 'PLAYWRIGHT_CHROMIUM', tests: 'the screens in a browser' },
  electron: { path: 'COUNTERSIGN_TEST_ELECTRON', tests: "the tests in Electron's window" },
} as const

/** A program that tests need. */
export type Need = keyof typeof needs

const reasonVariable = (need: Need): string => `COUNTERSIGN_TEST_WITHOUT_${need.toUpperCase()}`

/** Tells the workers what was found. */
export function tellWorkers(need: Need, found: Found): void {
  process.env[needs[need].path] = 'path' in found ? found.path : ''
  process.env[reasonVariable(need)] = 'reason' in found ? found.reason : ''
}

/** The variable and the value by which another process learns where it is. */
export const variableOf = (need: Need): Readonly<Record<string, string>> => ({
  [needs[need].path]: process.env[needs[need].path] ?? '',
})

/** Where it is; empty where it is not here. */
export const pathOf = (need: Need): string => process.env[needs[need].path] ?? ''

/** Skips a test that needs what is not here, and says why. */
export function skipWithout(need: Need, testInfo: TestInfo): void {
  testInfo.skip(
    pathOf(need) === '',
    `${needs[need].tests}, because ${String(process.env[reasonVariable(need)])}`,
  )
}
