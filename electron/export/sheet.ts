/**
 * The printed validation sheet of a request: A4, for a binder or a second pair of eyes. Its libraries are loaded when
 * the first sheet is drawn.
 */
import type PDFDocument from 'pdfkit'
import { printable, sheetFonts } from './fonts.ts'
import type { SheetContent, SheetDigest, SheetField } from './sheet-content.ts'

type Document = InstanceType<typeof PDFDocument>

/** Ligatures would draw "->" and "0x" as other signs than those that are compared. */
const plain = { calt: false, liga: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[]

/** Millimetres in points. */
const mm = 72 / 25.4
const left = 18 * mm
const right = 192 * mm
const bottom = 276 * mm
const valueAt = left + 32 * mm
const ink = '#16181d'
const muted = '#5b616e'
const line = '#c9cdd5'

/** Puts the pen at `height` above the bottom margin, on a new page where that is too low. */
function room(doc: Document, height: number): void {
  if (doc.y + height > bottom) doc.addPage()
}

function heading(doc: Document, text: string): void {
  room(doc, 18 * mm)
  doc.y += 3.5 * mm
  doc.moveTo(left, doc.y).lineTo(right, doc.y).lineWidth(0.5).strokeColor(line).stroke()
  doc.y += 2 * mm
  doc
    .font('strong')
    .fontSize(9.5)
    .fillColor(ink)
    .text(printable(text), left, doc.y, { width: right - left })
  doc.y += 1 * mm
}

function field(doc: Document, { label, value, mono = false }: SheetField, labelFont = 'text'): void {
  const size = mono ? 8 : 9
  const width = right - valueAt
  const text = printable(value)
  const height = doc
    .font(mono ? 'mono' : 'text')
    .fontSize(size)
    .heightOfString(text, { width, features: plain })
  const labelWidth = valueAt - left - 2 * mm
  const name = printable(label)
  const labelHeight = doc
    .font(labelFont)
    .fontSize(8)
    .heightOfString(name, { width: labelWidth, features: plain })
  room(doc, Math.max(height, labelHeight))
  const top = doc.y
  doc
    .font(labelFont)
    .fontSize(8)
    .fillColor(muted)
    .text(name, left, top + 0.6, { width: labelWidth, features: plain })
  doc
    .font(mono ? 'mono' : 'text')
    .fontSize(size)
    .fillColor(ink)
    .text(text, valueAt, top, { width, features: plain })
  doc.y = top + Math.max(height, labelHeight) + 1.1 * mm
}

/** A digest as two rows of eight groups; the first and last strong, as on the screens. */
function digest(doc: Document, { label, groups }: SheetDigest): void {
  room(doc, 12 * mm)
  const top = doc.y
  doc
    .font('text')
    .fontSize(8)
    .fillColor(muted)
    .text(label, left, top + 1.5, { width: valueAt - left })
  for (const [place, group] of groups.entries()) {
    const strong = place === 0 || place === groups.length - 1
    const [x, y] = [valueAt + (place % 8) * 13.5 * mm, top + Math.floor(place / 8) * 4.6 * mm]
    doc
      .font(strong ? 'monoStrong' : 'mono')
      .fontSize(10.5)
      .fillColor(ink)
      .text(group, x, y, { lineBreak: false, features: plain })
  }
  doc.y = top + Math.ceil(groups.length / 8) * 4.6 * mm + 1.6 * mm
}

/** A code of dark squares on white, with the quiet zone around it that readers need. */
function code(
  doc: Document,
  modules: readonly (readonly boolean[])[],
  x: number,
  y: number,
  size: number,
): void {
  const step = size / modules.length
  doc.fillColor('#000000')
  for (const [row, cells] of modules.entries())
    for (const [column, dark] of cells.entries())
      if (dark) doc.rect(x + column * step, y + row * step, step, step)
  doc.fill()
}

function head(doc: Document, sheet: SheetContent): void {
  const width = right - left - 36 * mm
  doc
    .font('strong')
    .fontSize(9)
    .fillColor(muted)
    .text('Countersign validation sheet', left, 16 * mm, { width })
  if (sheet.practice)
    doc.font('strong').fontSize(9).fillColor('#a33a00').text('PRACTICE: nothing here is real', { width })
  doc.font('strong').fontSize(20).fillColor(ink).text(printable(sheet.title), { width })
  doc
    .font('text')
    .fontSize(11)
    .text(printable(`was ${sheet.from}, becomes ${sheet.to}`), { width })
  doc.font('mono').fontSize(9).fillColor(muted).text(sheet.request, { width, features: plain })
}

/** Two lines to sign on by hand. */
function handSigned(doc: Document): void {
  room(doc, 24 * mm)
  doc.y += 12 * mm
  const top = doc.y
  for (const [place, label] of ['Compared by, on', 'Approved by, on'].entries()) {
    const x = left + place * 90 * mm
    doc
      .moveTo(x, top)
      .lineTo(x + 80 * mm, top)
      .lineWidth(0.5)
      .strokeColor(muted)
      .stroke()
    doc
      .font('text')
      .fontSize(8)
      .fillColor(muted)
      .text(label, x, top + 1 * mm, { lineBreak: false })
  }
}

function foot(doc: Document, { foot: text, root }: SheetContent): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page += 1) {
    doc.switchToPage(page)
    const place = { lineBreak: false } as const
    doc
      .font('text')
      .fontSize(7.5)
      .fillColor(muted)
      .text(`${text}, page ${page + 1} of ${count}`, left, 281 * mm, place)
    doc
      .font('mono')
      .fontSize(7)
      .text(root, left, 284.5 * mm, { ...place, features: plain })
  }
}

function draw(doc: Document, sheet: SheetContent, modules: readonly (readonly boolean[])[]): void {
  head(doc, sheet)
  const under = doc.y
  code(doc, modules, right - 30 * mm, 14 * mm, 30 * mm)
  doc.font('text').fontSize(6.5).fillColor(muted)
  doc.text('the digest', right - 30 * mm, 45 * mm, { width: 30 * mm, align: 'center' })
  doc.y = Math.max(under, 46 * mm)
  heading(doc, 'What is changed')
  for (const one of sheet.fields) field(doc, one)
  heading(doc, 'Compare these, group by group')
  for (const one of sheet.digests) digest(doc, one)
  for (const { title, rows } of sheet.devices) {
    heading(doc, title)
    for (const row of rows) field(doc, row, 'mono')
  }
  doc.font('text').fontSize(9).fillColor(ink)
  room(doc, 12 * mm)
  doc.text(printable(sheet.statement), left, doc.y + 1 * mm, { width: right - left })
  heading(doc, 'What happened')
  for (const one of sheet.outcome) field(doc, one)
  handSigned(doc)
  foot(doc, sheet)
}

/** Draws a sheet as a PDF. */
export async function drawSheet(sheet: SheetContent): Promise<Uint8Array> {
  const [{ default: Pdf }, { default: encodeQR }] = await Promise.all([import('pdfkit'), import('qr')])
  const info = { Title: `Countersign ${sheet.request}`, Creator: 'Countersign' }
  const doc = new Pdf({ size: 'A4', margin: 0, bufferPages: true, font: '', info })
  const chunks: Buffer[] = []
  const ended = new Promise((resolve, reject) => doc.on('end', resolve).on('error', reject))
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  for (const [name, font] of Object.entries(sheetFonts())) doc.registerFont(name, font)
  doc.on('pageAdded', () => (doc.y = 18 * mm))
  draw(doc, sheet, encodeQR(sheet.qr, 'raw', { ecc: 'medium', border: 4 }))
  doc.end()
  await ended
  return Buffer.concat(chunks)
}
