/** The page's own protocol: `countersign://app/` serves the built page and nothing else, with its policy in the headers. */
import { protocol, type Session } from 'electron'
import { pageHeaders } from '../host/page-headers.ts'
import type { PageFiles } from '../host/page-files.ts'

const scheme = 'countersign'

/** The page's origin. */
export const pageOrigin = `${scheme}://app`

/** The page's address. */
export const pageAddress = `${pageOrigin}/`

/** Makes the scheme one with origins of its own; only possible before Electron is ready. */
export const declarePageScheme = (): void => {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }])
}

function answer({ method, url }: Request, files: PageFiles): Response {
  const headers = pageHeaders("'none'")
  const file = url.startsWith(pageAddress) ? files.get(url.slice(pageOrigin.length)) : undefined
  if (method !== 'GET' || !file) return new Response(null, { status: 404, headers })
  return new Response(file.body, { headers: { ...headers, 'content-type': file.type } })
}

/** Serves the page in a session. */
export const servePage = (session: Session, files: PageFiles): void => {
  session.protocol.handle(scheme, (request) => answer(request, files))
}
