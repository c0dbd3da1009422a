import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from '../../shared/base64.ts'
import { checkpointText, originOf, readCheckpoint } from '../../shared/history/checkpoint.ts'
import {
  keyIdOf,
  readNote,
  readVkey,
  signatureFlaw,
  signatureLine,
  vkeyOf,
  type NoteKey,
} from '../../shared/history/note.ts'
import { altered } from '../support/altered.ts'

const origin = originOf(`0x${'ab'.repeat(32)}`)

const newKey = (name = origin): { key: NoteKey; secret: KeyObject } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return { key: { name, publicKey: Uint8Array.from(raw) }, secret: privateKey }
}

const signedBy = (text: string, { key, secret }: ReturnType<typeof newKey>): string =>
  signatureLine(key, sign(null, Buffer.from(text), secret))

const own = newKey()
const root = Uint8Array.from({ length: 32 }, (_, at) => at)
const text = checkpointText({ origin, size: 7, root })
const head = `${text}\n${signedBy(text, own)}`

const flawOf = (note: string, keys: readonly NoteKey[] = [own.key]): string | null => {
  const read = readNote(note)
  return typeof read === 'string' ? read : signatureFlaw(read, keys)
}

const withLines = (...lines: readonly string[]): string => {
  const other = lines.map((line) => `${line}\n`).join('')
  return `${other}\n${signedBy(other, own)}`
}

describe('base64', () => {
  it('has one spelling for bytes, the one that Node writes, and reads no other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const written = toBase64(bytes)
        expect(written).toBe(Buffer.from(bytes).toString('base64'))
        expect(fromBase64(written)).toEqual(bytes)
      }),
    )
    for (const other of ['QQ', 'QR==', 'QQ=', 'QQ==\n', ' QQ==', 'Q-==', 'QQ==QQ==', '====', 'QUJ='])
      expect(fromBase64(other)).toBeNull()
  })
})

describe('a signed note', () => {
  it('of the specification is read and its signature verifies (C2SP signed-note and the Go library behind it)', () => {
    // golang.org/x/mod/sumdb/note, package documentation and its test: key and note are published there.
    const key = readVkey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
    if (!key) throw new Error('the published key is read')
    const note =
      'If you think cryptography is the answer to your problem,\n' +
      "then you don't know what your problem is.\n" +
      '\n' +
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
    expect(flawOf(note, [key])).toBeNull()
    expect(flawOf(altered(note, 'cryptography', 'cryptographY'), [key])).toBe('its signature is wrong.')
    expect(vkeyOf(key)).toBe('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
  })

  it('is refused for any change of any character of what a known key signed', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, unit) => {
        fc.pre(text[at] !== unit)
        const other = text.slice(0, at) + unit + text.slice(at + 1)
        expect(flawOf(`${other}\n${signedBy(text, own)}`)).not.toBeNull()
      }),
    )
  })

  it('is refused for any change of any character of its signature', () => {
    const line = signedBy(text, own)
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, unit) => {
        fc.pre(line[at] !== unit)
        expect(flawOf(`${text}\n${line.slice(0, at)}${unit}${line.slice(at + 1)}`)).not.toBeNull()
      }),
    )
  })

  it('is not proven by keys that share only a name or only an id, which are ignored', () => {
    const stranger = newKey()
    expect(flawOf(head, [stranger.key])).toBe('no key that is known signed it.')
    expect(flawOf(head, [{ ...own.key, name: 'countersign/other' }])).toBe('no key that is known signed it.')
    expect(flawOf(`${head}${signedBy(text, stranger)}`)).toBeNull()
    expect(flawOf(`${text}\n${signedBy(text, stranger)}`)).toBe('no key that is known signed it.')
  })

  it('is refused when one of two signatures of a known key is wrong', () => {
    const wrong = signedBy(`${text}x`, own)
    expect(flawOf(`${head}${wrong}`)).toBe('its signature is wrong.')
  })

  it.each([
    ['no signatures', `${text}\n`],
    ['no empty line', text],
    ['an unended last line', head.slice(0, -1)],
    ['carriage returns', head.replaceAll('\n', '\r\n')],
    ['a tab', altered(head, 'countersign', 'counter\tsign')],
    ['half of a character', altered(head, 'countersign', 'counter\ud800sign')],
    ['a hyphen for the dash', altered(head, '—', '-')],
    ['two spaces', altered(head, '— ', '—  ')],
    ['something after the signature', altered(head, /\n$/, ' x\n')],
    ['a signature of another base64', altered(head, /=*\n$/, '\n')],
    ['a signature of four bytes', `${text}\n— ${origin} AAAAAA==\n`],
    ['an empty line at the end', `${head}\n`],
    ['17 signatures', text + '\n' + signedBy(text, own).repeat(17)],
  ])('with %s is none', (_, note) => {
    expect(typeof readNote(note)).toBe('string')
  })

  it('may have 16 signatures', () => {
    expect(flawOf(`${text}\n${signedBy(text, own).repeat(16)}`)).toBeNull()
  })
})

describe('a key as a line', () => {
  it('is read back, and no other spelling of it is', () => {
    const line = vkeyOf(own.key)
    expect(readVkey(line)).toEqual(own.key)
    expect(line).toBe(`${origin}+${keyIdOf(own.key)}+${toBase64(Uint8Array.of(1, ...own.key.publicKey))}`)
    for (const other of [
      `${line}\n`,
      ` ${line}`,
      altered(line, '+', '++'),
      altered(line, origin, 'countersign/x'),
      altered(line, /\+A(.*)$/, '+C$1'),
      `${line}A`,
      line.toUpperCase(),
      '',
    ])
      expect(readVkey(other)).toBeNull()
  })
})

describe('a head', () => {
  it('is read back as it was written', () => {
    expect(readCheckpoint(head)).toMatchObject({ origin, size: 7, root })
  })

  const size = '7'
  const hash = toBase64(root)

  it.each([
    ['an extension line', [origin, size, hash, 'more'], 'three lines'],
    ['two lines', [origin, size], 'three lines'],
    ['an empty line within', [origin, size, hash, '', hash], 'three lines'],
    ['another origin', ['example.com/log', size, hash], 'not of a history'],
    ['an origin in upper case', [origin.toUpperCase(), size, hash], 'not of a history'],
    ['size 0', [origin, '0', hash], 'size'],
    ['a leading zero', [origin, '07', hash], 'size'],
    ['a sign', [origin, '+7', hash], 'size'],
    ['a fraction', [origin, '7.0', hash], 'size'],
    ['an exponent', [origin, '1e3', hash], 'size'],
    ['other digits', [origin, '٧', hash], 'size'],
    ['a size beyond 2^53', [origin, '9007199254740993', hash], 'size'],
    ['a short root', [origin, size, toBase64(root.slice(1))], 'root'],
    ['a root in hex', [origin, size, Buffer.from(root).toString('hex')], 'root'],
  ])('with %s is none, however well it is signed', (_, lines, flaw) => {
    expect(readCheckpoint(withLines(...lines))).toContain(flaw)
  })
})
