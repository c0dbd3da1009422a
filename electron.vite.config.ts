import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

/** Pure packages that are bundled: with them in a few files the command starts in half the time. */
const bundled = [
  '@msgpack/msgpack',
  '@noble/curves',
  '@noble/hashes',
  '@scure/bip32',
  '@scure/bip39',
  'canonicalize',
  'commander',
  'kysely',
  'ulid',
  'valibot',
  'viem',
]

export default defineConfig({
  main: {
    build: {
      externalizeDeps: { exclude: bundled },
      outDir: 'out',
      emptyOutDir: true,
      minify: false,
      target: 'node20',
      rolldownOptions: {
        input: {
          main: 'electron/main.ts',
          countersign: 'electron/cli/main.ts',
          worker: 'electron/work/worker.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out',
      emptyOutDir: false,
      minify: false,
      target: 'node20',
      rolldownOptions: {
        input: { preload: 'electron/preload.ts' },
        // A sandboxed preload script can only be CommonJS, and one file.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'renderer',
    base: './',
    plugins: [svelte()],
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      target: 'es2022',
      // Themes are written with light-dark(), which these have.
      cssTarget: ['chrome128', 'firefox128', 'safari18'],
      // No data: fonts and no inline polyfill: the page's policy allows neither.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'renderer/index.html', checks: { pluginTimings: false } },
    },
  },
})
