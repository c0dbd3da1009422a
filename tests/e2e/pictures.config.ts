import { defineConfig } from '@playwright/test'
import tests from './playwright.config.ts'

/** Pictures are taken in the same way as the tests are run, one after the other. */
export default defineConfig({
  ...tests,
  testMatch: 'pictures.ts',
  outputDir: '../../test-results/pictures',
  workers: 1,
  reporter: 'list',
  projects: [{ name: 'pictures' }],
})
