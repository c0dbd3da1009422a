/**
 * What other programs write in another form, where the digest is the same: an address without 0x, and whole numbers as text,
 * decimal or hex: those of typed data, whose hash takes their value, and the nonce and the expiry of an `/exchange` body,
 * which are hashed as 8 bytes. The
 * fields of an action are not among them: the bytes that are hashed say whether they are numbers or text.
 */
import { isObject } from '../check.ts'

type Fields = Readonly<Record<string, unknown>>

const written = /^(?:0|[1-9]\d{0,77}|0x[0-9a-fA-F]{1,64})$/

/** The one form of a whole number: a JSON number where that is exact, else decimal digits; anything else as it is. */
function plain(value: unknown): unknown {
  if (typeof value !== 'string' || !written.test(value)) return value
  const number = BigInt(value)
  return number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number.toString()
}

/** What was read, and one sentence for each field that stood in another form. */
export interface PlainForms {
  readonly payload: Fields
  readonly notes: readonly string[]
}

function plainIn(fields: Fields, names: readonly string[], at: string): PlainForms {
  const notes: string[] = []
  const read = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const number = names.includes(name) ? plain(value) : value
      if (typeof value === 'string' && number !== value)
        notes.push(`${at}${name} stands as the text "${value}", which is the number ${String(number)}.`)
      return [name, number]
    }),
  )
  return { payload: read, notes }
}

/** Names of the fields of a struct that are whole numbers. */
const integersOf = (types: unknown, struct: string): readonly string[] => {
  const fields = isObject(types) ? types[struct] : undefined
  if (!Array.isArray(fields)) return []
  return fields.flatMap((field: unknown) =>
    isObject(field) && typeof field['name'] === 'string' && /^u?int\d*$/.test(String(field['type']))
      ? [field['name']]
      : [],
  )
}

function plainTypedData(payload: Fields): PlainForms {
  const { domain, message, types, primaryType } = payload
  const aboutDomain = isObject(domain) ? plainIn(domain, ['chainId'], 'domain.') : null
  const names = integersOf(types, String(primaryType))
  const aboutMessage = isObject(message) ? plainIn(message, names, 'message.') : null
  return {
    payload: {
      ...payload,
      ...(aboutDomain ? { domain: aboutDomain.payload } : {}),
      ...(aboutMessage ? { message: aboutMessage.payload } : {}),
    },
    notes: [...(aboutDomain?.notes ?? []), ...(aboutMessage?.notes ?? [])],
  }
}

/** ccxt writes the address of a vault without 0x; what is hashed are its 20 bytes. */
function plainVault({ payload, notes }: PlainForms): PlainForms {
  const { vaultAddress } = payload
  if (typeof vaultAddress !== 'string' || !/^[0-9a-fA-F]{40}$/.test(vaultAddress)) return { payload, notes }
  return {
    payload: { ...payload, vaultAddress: `0x${vaultAddress}` },
    notes: [...notes, 'vaultAddress stands without 0x, as ccxt writes it; the 20 bytes are the same.'],
  }
}

/** A payload in the forms that are read, wherever that changes no digest. */
export function withPlainForms(payload: Fields): PlainForms {
  if (Object.hasOwn(payload, 'primaryType')) return plainTypedData(payload)
  return isObject(payload['action'])
    ? plainVault(plainIn(payload, ['nonce', 'expiresAfter'], ''))
    : { payload, notes: [] }
}
