import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ok, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { readArcusSettings } from '../../shared/venues/arcus/settings.ts'
import { bybitSettings } from '../../shared/venues/bybit/settings.ts'
import { coinSwitchSettings } from '../../shared/venues/coinswitch/settings.ts'
import { venueIds, type VenueId } from '../../shared/venues/registry.ts'
import { settingsOf } from '../../shared/venues/synthetix/settings.ts'
import { checkNewAccount, type AddAccountInput } from '../../electron/desk/accounts.ts'
import { checkPath } from '../../electron/device/path.ts'
import type { Store } from '../../electron/store/port.ts'
import { edgeNumbers, edges } from './edges.ts'

const runs = { numRuns: 500 }

/** A store that holds no account yet. */
const store = { accounts: { list: () => Promise.resolve(ok([])) } } as unknown as Store

const account = (change: Partial<AddAccountInput>): AddAccountInput => ({
  name: 'treasury',
  venue: 'hyperliquid',
  network: 'mainnet',
  path: "44'/60'/0'/0/0",
  account: null,
  vault: null,
  settings: {},
  approval: null,
  ...change,
})

/** What is said of an account that is to be added; null where it can be. */
async function refusal(change: Partial<AddAccountInput>) {
  const checked = await checkNewAccount({ store }, account(change))
  return checked.ok ? null : checked.error
}

/** Every setting that is a number: the venue, which numbers it takes, and whether they stand in texts. */
const numbers: readonly {
  readonly venue: VenueId
  readonly name: string
  readonly takes: readonly (number | string)[]
  readonly beside?: JsonObject
}[] = [
  { venue: 'arcus', name: 'accountIndex', takes: [0] },
  { venue: 'coinswitch', name: 'signatureLifeSeconds', takes: [1e3] },
  { venue: 'bybit', name: 'recvWindowMs', takes: [1e3] },
  { venue: 'synthetix', name: 'subAccountId', takes: ['9007199254740992', '18446744073709551616'] },
  { venue: 'synthetix', name: 'defaultLeverage', takes: [], beside: { subAccountId: '1' } },
]

describe('a setting of an account', () => {
  it.each(numbers)('$venue, $name: a number at the edge is taken or refused by name', async (row) => {
    for (const value of [...edgeNumbers, ...edges.texts]) {
      const settings = { ...row.beside, [row.name]: value }
      const error = await refusal({ venue: row.venue, settings })
      if (row.takes.includes(value)) expect(error, String(value)).toBeNull()
      else
        expect(error, String(value)).toMatchObject({
          code: 'input.badField',
          outcome: 'not-sent',
          field: `settings.${row.name}`,
          message: expect.stringMatching(/whole number|number/),
        })
    }
  })

  it.each(edges.settings)(
    'the corpus, $venue: $field is refused by name',
    async ({ venue, settings, field }) => {
      expect(await refusal({ venue, settings })).toMatchObject({
        code: expect.stringMatching(/^input\.(badField|unknownField|missingField)$/),
        field,
      })
    },
  )

  it.each(venueIds)(
    '%s: whatever they are, one is refused by name or all of them are known',
    async (venue) => {
      const known = edges.settings
        .flatMap((row) => Object.keys(row.settings))
        .filter((name) => name !== '__proto__')
      const settings = fc.dictionary(fc.oneof(fc.constantFrom(...known), fc.string()), fc.jsonValue(), {
        maxKeys: 4,
      })
      await fc.assert(
        fc.asyncProperty(settings, async (value) => {
          const error = await refusal({ venue, settings: value as JsonObject })
          if (error) expect(error.field).toMatch(/^settings/)
          else expect(Object.keys(value).every((name) => known.includes(name))).toBe(true)
        }),
        runs,
      )
    },
  )

  const readers: Readonly<Record<string, (settings: JsonObject) => Result<unknown>>> = {
    arcus: readArcusSettings,
    bybit: bybitSettings,
    coinswitch: coinSwitchSettings,
    synthetix: settingsOf,
  }
  it.each(Object.entries(readers))('%s: what is kept is read or refused, never an exception', (_, read) => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const found = read(value as JsonObject)
        if (!found.ok) expect(found.error.field).toMatch(/^account\.settings/)
      }),
      runs,
    )
  })
})

describe('a name and a path', () => {
  it('of an account are refused with the field, or are ones that every screen can show', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (name) => {
        const error = await refusal({ name })
        if (error) expect(error.field).toBe('name')
        else expect(name).toMatch(/^[\w .-]{1,40}$/)
      }),
      runs,
    )
  })

  it.each(edges.paths)('path %j is refused before a device is asked', async (path) => {
    expect(await refusal({ path })).toMatchObject({ code: 'device.badPath', outcome: 'not-sent' })
  })

  it('any other text is no path, or one of at most ten levels below 2^31', () => {
    const level = fc.tuple(fc.integer({ min: -1, max: 2 ** 32 }), fc.constantFrom('', "'", 'h'))
    const path = fc
      .array(level, { maxLength: 12 })
      .map((levels) => levels.map((one) => one.join('')).join('/'))
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          path,
          path.map((text) => `44'/60'/${text}`),
        ),
        (text) => {
          if (!checkPath(text).ok) return
          const levels = text.split('/')
          expect(levels.length).toBeLessThanOrEqual(10)
          expect(levels.every((one) => Number(one.replace("'", '')) < 2 ** 31)).toBe(true)
        },
      ),
      runs,
    )
  })
})
