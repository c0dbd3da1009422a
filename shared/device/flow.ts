/** What a device shows and what a person can do there: a small map of pages, drawn by pure functions. */

/** One line per line of text on the screen, with the spaces that a line ends with; buttons' texts included. */
export interface DeviceScreen {
  readonly lines: readonly string[]
}

/** A label and its value as the device shows it (its upper case, its cut), whatever the paging. */
export interface DeviceRow {
  readonly label: string
  readonly value: string
}

/**
 * What a person does. Nano: `left`, `right`, `both`. Touch: `swipe left` (next page), `swipe right` (back),
 * `tap <text of a button>`, `hold <text of a button>`, `tap` (anywhere).
 */
export type DeviceInput = string

/** Where an input leads: to another page of the flow, or out of it. */
export type FlowTarget = number | 'approved' | 'rejected' | 'dismissed'

/** One page of a flow. */
export interface FlowPage extends DeviceScreen {
  /** What each input does; others do nothing. */
  readonly on: Readonly<Record<DeviceInput, FlowTarget>>
  /** The input of a person who reads everything and approves. */
  readonly forward: DeviceInput
  /** The input of a person who reads everything and then rejects. */
  readonly reject: DeviceInput
}

/** Pages from the first to be shown; what is shown afterwards for a moment. */
export interface DeviceFlow {
  readonly pages: readonly FlowPage[]
  readonly approved: DeviceScreen
  readonly rejected: DeviceScreen
}

/** The page with which a flow begins. */
export function firstPage(flow: DeviceFlow): FlowPage {
  const [first] = flow.pages
  if (first === undefined) throw new Error('a flow has at least one page')
  return first
}

/** Every screen that a person sees who approves (or rejects at the end), the closing one included, in order. */
export function screensOf(flow: DeviceFlow, decision: 'forward' | 'reject' = 'forward'): DeviceScreen[] {
  const screens: DeviceScreen[] = []
  let page = firstPage(flow)
  for (;;) {
    screens.push({ lines: page.lines })
    const target = page.on[page[decision]]
    if (target === undefined || target === 'dismissed') return screens
    if (target === 'approved') return [...screens, flow.approved]
    if (target === 'rejected') return [...screens, flow.rejected]
    const next = flow.pages[target]
    if (next === undefined) throw new Error('a flow leads to a page that it does not have')
    page = next
  }
}
