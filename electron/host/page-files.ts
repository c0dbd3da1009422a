/**
 * The built page, read once when a shell starts. What is served is exactly this: a request's path is looked up here and
 * never reaches the file system.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

/** A file of the page. `type` is its media type. */
export interface PageFile {
  readonly body: Buffer<ArrayBuffer>
  readonly type: string
}

/** Files by the path in a request, such as `/assets/index-abc.js`; `/` is the page itself. */
export type PageFiles = ReadonlyMap<string, PageFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

const requestPath = (name: string): string => (name === 'index.html' ? '/' : `/${name}`)

/** Paths of the files in `dir` and its folders; links are not followed. */
function* filesIn(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else if (entry.isFile()) yield path
  }
}

/** Reads the page that was built into `dir`. Links and files of other kinds are left out; throws where there is no page. */
export function readPageFiles(dir: string): PageFiles {
  const files = new Map<string, PageFile>()
  for (const path of filesIn(dir)) {
    const type = types[extname(path)]
    if (type === undefined) continue
    const name = relative(dir, path).split(sep).join('/')
    files.set(requestPath(name), { body: readFileSync(path), type })
  }
  if (!files.has('/')) throw new Error(`There is no index.html in ${dir}: run "npm run build".`)
  return files
}
