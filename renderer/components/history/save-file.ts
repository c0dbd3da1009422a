/** Handing files to the person, by the browser's own download. */

function save(fileName: string, blob: Blob): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  URL.revokeObjectURL(address)
}

/** Saves a text. */
export const saveText = (fileName: string, text: string): void =>
  save(fileName, new Blob([text], { type: 'application/jsonl' }))

/** Saves a PDF that came as base64. */
export const savePdf = (fileName: string, base64: string): void =>
  save(
    fileName,
    new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], {
      type: 'application/pdf',
    }),
  )
