/**
 * Where the texts of a screen lie, roughly, and what a finger there does: enough for programs that find a text on the
 * screen and touch it, as they do with Speculos.
 */
import type { DeviceScreen } from '../../../shared/device/flow.ts'
import { screenClass } from '../../../shared/device/models.ts'
import type { DeviceModel } from '../../../shared/device/models.ts'

/** A text with its box in pixels. */
export interface PlacedText {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** Texts that have their own place on a touch screen. */
const places: readonly (readonly [RegExp, Box])[] = [
  [/^Skip$/, { x: 300, y: 28, w: 80, h: 32 }],
  [/^(Reject|Cancel)$/, { x: 20, y: 608, w: 120, h: 32 }],
  [/^\d+ of \d+$/, { x: 240, y: 608, w: 80, h: 32 }],
  [/^(Hold to sign|Confirm)$/, { x: 40, y: 500, w: 320, h: 64 }],
  [/^(Accept risk and continue|Yes, .*|Go to settings)$/, { x: 40, y: 500, w: 320, h: 64 }],
  [/^(Back to safety|Go back to .*|Reject transaction)$/, { x: 40, y: 600, w: 320, h: 48 }],
]

const lineHeight = { nano: 14, touch: 40 } as const
const screenWidth = { nano: 128, touch: 400 } as const

/** The texts of a screen with their boxes, from top to bottom. */
export function placeTexts(model: DeviceModel, { lines }: DeviceScreen): PlacedText[] {
  const screen = screenClass(model)
  const h = lineHeight[screen]
  let y = screen === 'nano' ? 3 : 72
  return lines.map((text) => {
    const place = screen === 'touch' ? places.find(([pattern]) => pattern.test(text))?.[1] : undefined
    if (place !== undefined) return { text, ...place }
    const placed = { text, x: screen === 'nano' ? 7 : 24, y, w: screenWidth[screen] - 48, h }
    y += h
    return placed
  })
}

/** A finger: where it touches, where it is lifted, and for how many seconds it stays. */
export interface Finger {
  readonly x: number
  readonly y: number
  readonly x2?: number
  readonly y2?: number
  readonly delay?: number
}

const swipeLength = 50
const holdSeconds = 1
/** The arrows of the navigation bar. */
const bar = 580
const forwardArrow = 330
const backArrow = 160

/** What a finger does on a screen, as a `DeviceInput`. */
export function inputOfFinger(model: DeviceModel, screen: DeviceScreen, finger: Finger): string {
  const { x, y, x2 = x, delay = 0 } = finger
  if (Math.abs(x2 - x) >= swipeLength) return x2 < x ? 'swipe left' : 'swipe right'
  const touched = placeTexts(model, screen).findLast(
    (text) => x >= text.x && x <= text.x + text.w && y >= text.y && y <= text.y + text.h,
  )
  if (touched !== undefined && !/^\d+ of \d+$/.test(touched.text))
    return `${delay >= holdSeconds ? 'hold' : 'tap'} ${touched.text}`
  if (y >= bar && x >= forwardArrow) return 'swipe left'
  return y >= bar && x >= backArrow && x < 240 ? 'swipe right' : 'tap'
}
