/** Handing files to the person, by the browser's own download. */
import type { ExportedHistory } from '../../state/history.svelte.ts'

function save(fileName: string, blob: Blob): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  URL.revokeObjectURL(address)
}

/** Saves a history, and its head in a file of its own: the rows alone cannot show that some were cut off. */
export function saveHistory({ fileName, rows, head }: ExportedHistory): void {
  save(fileName, rows)
  save(fileName.replace(/\.jsonl$/, '.checkpoint.txt'), new Blob([head], { type: 'text/plain' }))
}

/** Saves a PDF that came as base64. */
export const savePdf = (fileName: string, base64: string): void =>
  save(
    fileName,
    new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], {
      type: 'application/pdf',
    }),
  )
