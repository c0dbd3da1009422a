/** The desk process as one file, so that starting it hundreds of times is cheap. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Modules with native parts, or that load such; they are found beside the file. */
const external = ['better-sqlite3', /^@ledgerhq\//, /^node:/]

let bundled: Promise<string> | undefined

async function bundle(): Promise<string> {
  // Beside the modules that it leaves outside.
  const dir = mkdtempSync(join(here, '../../node_modules/.countersign-desk-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  await build({
    configFile: false,
    logLevel: 'error',
    root: here,
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: {
      ssr: join(here, 'desk-process.ts'),
      outDir: dir,
      emptyOutDir: false,
      minify: false,
      target: 'node20',
      rolldownOptions: { external, output: { entryFileNames: 'desk-process.mjs', codeSplitting: false } },
    },
  })
  return join(dir, 'desk-process.mjs')
}

/** Path of the program, made once per process. */
export const deskProgram = (): Promise<string> => (bundled ??= bundle())
