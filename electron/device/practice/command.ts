/** APDUs of the Ethereum app: their parts, and the derivation path that many of them carry. */

/** A command: class, instruction, parameters and data. */
export interface Command {
  readonly cla: number
  readonly ins: number
  readonly p1: number
  readonly p2: number
  readonly data: Uint8Array
}

/** Takes an APDU apart. Undefined: its length byte is not right. */
export function parseCommand(apdu: Uint8Array): Command | undefined {
  const [cla, ins, p1, p2, length = 0] = apdu
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined
  if (apdu.length > 4 && apdu.length !== 5 + length) return undefined
  return { cla, ins, p1, p2, data: apdu.subarray(5) }
}

const maxPathLength = 10

/** A derivation path as 32-bit indices, and the data behind it. */
export interface PathAndRest {
  readonly path: readonly number[]
  readonly rest: Uint8Array
}

/** Reads a derivation path: a count (1 to 10) and that many indices, big-endian. Undefined: malformed. */
export function readPath(data: Uint8Array): PathAndRest | undefined {
  const [count = 0] = data
  if (count < 1 || count > maxPathLength || data.length < 1 + 4 * count) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const path = Array.from({ length: count }, (_, index) => view.getUint32(1 + 4 * index))
  return { path, rest: data.subarray(1 + 4 * count) }
}
