/** Where the person is, as the hash of the address: every place has one and can be gone back to. */

/** A place of the desk. */
export type Route =
  | { readonly name: 'home' | 'device' }
  /** `#/accounts/add` adds one; `#/accounts/ID` shows one. */
  | { readonly name: 'accounts'; readonly adding: boolean; readonly id: string | null }
  /** `#/new?account=ID&market=BTC`: what is chosen beforehand. */
  | { readonly name: 'new'; readonly query: URLSearchParams }
  | { readonly name: 'request'; readonly id: string }
  /** `#/history/12?account=ID`: the row whose evidence is shown, and the filters. */
  | { readonly name: 'history'; readonly id: string | null; readonly query: URLSearchParams }

/** Reads a hash such as `#/request/01J...` or `#/history/12?account=...`; what is not known is home. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const [name = '', id = ''] = path.split('/')
  const query = new URLSearchParams(search)
  if (name === 'new') return { name, query }
  if (name === 'request' && id !== '') return { name, id }
  if (name === 'history') return { name, id: id === '' ? null : id, query }
  if (name === 'accounts') return { name, adding: id === 'add', id: id === 'add' || id === '' ? null : id }
  return { name: name === 'device' ? name : 'home' }
}

/** The route of a window. */
export class Router {
  readonly #window: Window
  current: Route = $state.raw({ name: 'home' })

  constructor(host: Window) {
    this.#window = host
    this.current = parseRoute(host.location.hash)
  }

  /** Follows the address; the returned function stops it. */
  start(): () => void {
    const follow = () => {
      this.current = parseRoute(this.#window.location.hash)
    }
    this.#window.addEventListener('hashchange', follow)
    return () => this.#window.removeEventListener('hashchange', follow)
  }

  /** Goes to a hash route such as `#/new`. */
  go(hash: string): void {
    this.#window.location.hash = hash
  }

  back(): void {
    this.#window.history.back()
  }
}
