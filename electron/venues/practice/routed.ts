/** A request to the practice venue and its answer, as far as the routes know them. */

/** A request, as far as the answer depends on it. */
export interface RoutedRequest {
  readonly method: string
  readonly url: URL
  /** Path and query exactly as they came. */
  readonly target: string
  /** A header by its name in lower case; empty where it is missing or stands twice. */
  readonly header: (name: string) => string
  readonly body: string
}

/** An answer to be written. */
export interface RoutedAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}
