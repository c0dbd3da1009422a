/** A program of the tests as one file, so that starting it many times is cheap. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const worker = fileURLToPath(new URL('../../electron/work/worker.ts', import.meta.url))
const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url))

/** Modules with native parts, or that load such; they are found beside the file. */
const external = ['better-sqlite3', /^@ledgerhq\//, /^node:/]

const bundled = new Map<string, Promise<string>>()
const folders = new Set<string>()

/** Removes all programs that were made. At the end of a process this comes by itself, but not where a test runner ends it. */
export function removePrograms(): void {
  for (const dir of folders) rmSync(dir, { recursive: true, force: true })
  folders.clear()
  bundled.clear()
}
process.once('exit', removePrograms)

/** Makes one file of a source and all that it imports. */
const bundleInto = (dir: string, source: string, entryFileNames: string) =>
  build({
    configFile: false,
    logLevel: 'error',
    root: dirname(source),
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: {
      ssr: source,
      outDir: dir,
      emptyOutDir: false,
      minify: false,
      target: 'node20',
      rolldownOptions: { external, output: { entryFileNames, codeSplitting: false } },
    },
  })

async function bundle(source: string): Promise<string> {
  // Beside the modules that it leaves outside.
  const dir = mkdtempSync(join(modules, '.countersign-program-'))
  folders.add(dir)
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  await bundleInto(dir, source, 'program.mjs')
  // Where a desk finds what does its long work.
  await bundleInto(dir, worker, 'worker.js')
  return join(dir, 'program.mjs')
}

/** Path of a program, made once per process. */
export function bundledProgram(source: URL): Promise<string> {
  const path = fileURLToPath(source)
  const made = bundled.get(path) ?? bundle(path)
  bundled.set(path, made)
  return made
}
