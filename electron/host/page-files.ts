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

/** Reads the page that was built into `dir`. Links and files of other kinds are left out; throws where there is no page. */
export function readPageFiles(dir: string): PageFiles {
  const files = new Map<string, PageFile>()
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const name = relative(dir, path).split(sep).join('/')
    files.set(requestPath(name), { body: readFileSync(path), type })
  }
  if (!files.has('/')) throw new Error(`There is no index.html in ${dir}: run "npm run build".`)
  return files
}
