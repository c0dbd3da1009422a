/** What must not stay in memory. */

/** Runs something with bytes and overwrites them with zeros afterwards, however it ended. */
export async function thenWiped<T>(bytes: Buffer, work: (bytes: Buffer) => T | Promise<T>): Promise<T> {
  try {
    return await work(bytes)
  } finally {
    bytes.fill(0)
  }
}
