/** `countersign demo --venue`: the main job at each venue in practice, with what its account needs there. */
import type { JsonObject } from '../../../shared/history/canonical-json.ts'
import { rulesOf, type VenueId } from '../../../shared/venues/registry.ts'
import { permitReading } from '../../desk/read-permit.ts'
import { practiceOnlyArcusKey } from '../../venues/practice/arcus-state.ts'
import { practiceUsers } from '../../venues/practice/state.ts'
import { synthetixSubAccountOf } from '../../venues/practice/synthetix-state.ts'
import { practiceOnlyBybitKey, practiceOnlyCoinSwitchKey } from '../../venues/practice/v5-state.ts'
import { add, change, must, tell, tellHistory, type Stage } from './demo-steps.ts'

/** An API key of the practice venue, which the whole world knows. */
interface PracticeOnlyKey {
  readonly secret: string
  readonly keyId: string
}

interface Play {
  readonly market: string
  readonly leverage: string
  readonly settings?: JsonObject
  readonly key?: PracticeOnlyKey
  /** Whether the venue shows the account only with a permit. */
  readonly permit?: true
}

const withSeed = ({ seed, keyId }: { readonly seed: string; readonly keyId: string }): PracticeOnlyKey => ({
  secret: seed,
  keyId,
})

const [owner = '0x'] = practiceUsers

const plays: { readonly [id in VenueId]: Play } = {
  hyperliquid: { market: 'BTC', leverage: '10' },
  compass: { market: 'AAPL', leverage: '3' },
  arcus: { market: 'BTC-USD', leverage: '10', key: withSeed(practiceOnlyArcusKey) },
  coinswitch: { market: 'BTCUSDT', leverage: '7.5', key: withSeed(practiceOnlyCoinSwitchKey) },
  bybit: { market: 'BTCUSDT', leverage: '7.5', key: practiceOnlyBybitKey },
  synthetix: {
    market: 'BTC-USDT',
    leverage: '20',
    settings: { subAccountId: synthetixSubAccountOf(owner) },
    permit: true,
  },
}

async function addKey({ output, world }: Stage, account: string, key: PracticeOnlyKey): Promise<void> {
  output.say(
    '\n# Add the API key: it is sealed by a passphrase, and signs a change only where the Ledger approved it',
  )
  const input = { account, label: 'practice only', expiresAt: null, keyId: key.keyId }
  must(await world.keys.add({ ...input, secret: Buffer.from(key.secret), sealBy: 'passphrase' }))
  const tested = must(await world.keys.test(account))
  output.say(`Key ${tested.keyId} is sealed; the venue was asked and takes it.`)
}

async function permit({ output, ports }: Stage, account: string): Promise<void> {
  output.say()
  output.say('# Permit reading: the venue shows the account only against a signature, given once')
  const { expiresAtMs } = must(await permitReading(ports, account))
  output.say(`Reading is permitted until ${new Date(expiresAtMs).toISOString()}. Nothing was sent.`)
}

async function playAt(stage: Stage, id: VenueId): Promise<void> {
  const { market, leverage, settings = {}, key, permit: isPermitted } = plays[id]
  const { name, signedBy } = rulesOf(id)
  const signer = signedBy === 'device' ? 'the Ledger signs what is sent' : 'an API key signs what is sent'
  stage.output.say()
  stage.output.say(`=== ${name}: the Ledger approves in words, ${signer}`)
  await add(stage, id, id, { settings, approval: 'text' })
  if (key) await addKey(stage, id, key)
  if (isPermitted) await permit(stage, id)
  tell(stage, await change(stage, { account: id, market, leverage }))
}

/** Does the main job at each of the venues, one after the other, and verifies the history. Throws `DemoFailed`. */
export async function playVenues(stage: Stage, ids: readonly VenueId[]): Promise<void> {
  for (const id of ids) await playAt(stage, id)
  await tellHistory(stage)
  const sent = stage.venue.requests.filter(({ target }) => target === 'submission').length
  stage.output.say(`Requests: ${ids.length}. Submissions that the practice venue got: ${sent}.`)
}
