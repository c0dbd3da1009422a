/** Status words that the practice Ledger answers with (include/status_words.h of ledger-secure-sdk v25.12.3). */

/** Status word by what it says. */
export const sw = {
  ok: 0x9000,
  locked: 0x5515,
  /** Home screen: no app is open that could answer. */
  noApp: 0x6511,
  commandNotAllowed: 0x6980,
  rejected: 0x6985,
  noInfo: 0x6a00,
  incorrectData: 0x6a80,
  insufficientMemory: 0x6a84,
  incorrectP1P2: 0x6a86,
  wrongDataLength: 0x6a87,
  referenceNotFound: 0x6a88,
  /** The OS refuses to derive this path for this app. */
  pathNotAllowed: 0x6a15,
  wrongP1P2: 0x6b00,
  invalidIns: 0x6d00,
  invalidCla: 0x6e00,
} as const

/** An answer: data and status word. */
export const answer = (status: number, data: Uint8Array = new Uint8Array()): Uint8Array =>
  Uint8Array.of(...data, status >> 8, status & 0xff)
