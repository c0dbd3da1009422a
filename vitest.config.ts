import { availableParallelism } from 'node:os'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const builtCommand = 'tests/cli/**/*.test.ts'
const screens = 'tests/components/**/*.test.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    // Left alone it keeps one core for itself, which on two is half of the machine.
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is polled for is not late because the machine is busy.
    expect: { poll: { timeout: 15_000 } },
    // Tests that run at the same time start processes of their own; more of them than cores only wait for each other.
    maxConcurrency: 2,
    reporters: ['default', './tests/support/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'parts', include: ['tests/**/*.test.ts'], exclude: [builtCommand, screens] },
      },
      {
        extends: true,
        plugins: [svelte()],
        // Svelte's client side, although the tests run in Node.
        resolve: { conditions: ['browser'] },
        test: { name: 'screens', include: [screens] },
      },
      {
        extends: true,
        test: {
          name: 'command',
          include: [builtCommand],
          globalSetup: './tests/support/build.ts',
          // Each command is a process of its own, and a test runs up to twenty.
          testTimeout: 90_000,
        },
      },
    ],
  },
})
