/**
 * Who holds which device in this process. HID is not exclusive: two transports on one device would each read the
 * other's answers, so the second one is never opened.
 */
const held = new Set<string>()

/** Takes a device for one owner; gives back what releases it, or null while another one holds it. */
export function claim(key: string): (() => void) | null {
  if (held.has(key)) return null
  held.add(key)
  return () => {
    held.delete(key)
  }
}
