/** The main job, step by step: `prepare`, `show`, `sign`, `submit`, `reconcile`, `revoke`, `withdraw`. */
import { factorySettings, type DeviceSettings } from '../../../shared/device/models.ts'
import { fail, failure, ok, type Result } from '../../../shared/errors.ts'
import { usableText } from '../../../shared/left-signature.ts'
import { settingText } from '../../../shared/market.ts'
import { previewOf } from '../../../shared/preview.ts'
import type { PreparedRequest } from '../../../shared/prepared-request.ts'
import type { RevocationTerms } from '../../../shared/venues/module.ts'
import { rulesOf } from '../../../shared/venues/registry.ts'
import { revocationPreviewOf } from '../../../shared/revocation-preview.ts'
import { loadRequest } from '../../desk/load.ts'
import { prepare, type PrepareInput } from '../../desk/prepare.ts'
import { prepareRevocation } from '../../desk/prepare-revocation.ts'
import { reconcile } from '../../desk/reconcile.ts'
import { revoke } from '../../desk/revoke.ts'
import { checkNotFrozen } from '../../desk/settle-frozen.ts'
import { sign } from '../../desk/sign.ts'
import { submit, type SubmitOutcome } from '../../desk/submit.ts'
import { withdraw } from '../../desk/withdraw.ts'
import type { StoredRequest } from '../../store/port.ts'
import { runWithDesk, type Context } from '../context.ts'
import type { DeskOptions } from '../options.ts'
import { previewLines } from '../preview-text.ts'
import { revocationLines } from '../revocation-text.ts'

/** What programs get of a request. */
const shown = ({
  id,
  state,
  digest,
  signature,
  detail,
  createdAt,
  updatedAt,
  frozenSince,
}: StoredRequest) => ({
  id,
  state,
  digest,
  signature,
  detail,
  createdAt,
  updatedAt,
  frozenSince,
})

/** The settings that the guide asks for: every field on the device, nothing blind. */
const advisedSettings: DeviceSettings = { ...factorySettings, rawMessages: true }

async function showPreview(
  { output, assumedModel, ports }: Context,
  stored: StoredRequest,
  request: PreparedRequest,
): Promise<void> {
  const preview = previewOf(stored.id, request, await assumedModel(), advisedSettings)
  output.result({ request: shown(stored), preview })
  output.say(`Request ${stored.id} is ${stored.state}.`)
  const free = checkNotFrozen(stored)
  if (!free.ok) output.say(`${free.error.message} ${free.error.next}`)
  const left = usableText({ ...stored, prepared: request })
  if (left !== null) output.say(`${left} To make it unusable before then: "countersign revoke ${stored.id}"`)
  output.say()
  for (const line of previewLines(preview, ports.now())) output.say(line)
}

/** Tells an outcome: the failure decides the exit code, the request is told in both cases. */
function tellOutcome({ output }: Context, { stored, failure }: SubmitOutcome, good: string): Result<null> {
  if (failure === null) {
    output.result({ request: shown(stored) })
    output.say(good)
  } else {
    output.say(`Request ${stored.id} is ${stored.state}.`)
    output.fail(failure, { request: shown(stored) })
  }
  return ok(null)
}

/** A margin mode that is sent along must have been said: nobody shall change it by leaving it out. */
async function checkModeIsSaid(
  { store }: Context['ports'],
  { account, isCross }: PrepareInput,
): Promise<Result<null>> {
  if (isCross !== undefined) return ok(null)
  const found = await store.accounts.get(account)
  if (!found.ok) return found
  return rulesOf(found.value.venue).carriesMode
    ? fail('input.usage', { detail: 'Say which margin mode is meant: --cross or --isolated.' })
    : ok(null)
}

/** Prepares a change and shows its preview. */
export const runPrepare = (options: DeskOptions, input: PrepareInput): Promise<void> =>
  runWithDesk(options, async (context): Promise<Result<null>> => {
    const { output, ports } = context
    const said = await checkModeIsSaid(ports, input)
    if (!said.ok) return said
    const outcome = await prepare(ports, input)
    if (!outcome.ok) return outcome
    if (outcome.value.kind === 'prepared') {
      await showPreview(context, outcome.value.stored, outcome.value.request)
      output.say()
      output.say(`Next: "countersign sign ${outcome.value.stored.id}"`)
      return ok(null)
    }
    const { market, setting, readAtMs } = outcome.value
    output.result({ alreadySet: { market: market.symbol, ...setting, readAtMs } })
    output.say(`${market.symbol} is at ${settingText(setting)} already. There is nothing to sign.`)
    return ok(null)
  })

/** Shows the preview of a request. */
export const runShow = (options: DeskOptions, id: string): Promise<void> =>
  runWithDesk(options, async (context): Promise<Result<null>> => {
    const loaded = await loadRequest(context.ports, id)
    if (!loaded.ok) return loaded
    await showPreview(context, loaded.value.stored, loaded.value.request)
    return ok(null)
  })

/** Options of `sign` and `submit`. */
export interface ShownOptions extends DeskOptions {
  /** The digest of the request as it was shown elsewhere; the one that is printed unless told. */
  readonly digest?: string
}

/** Shows the preview again and has the device sign. */
export const runSign = (options: ShownOptions, id: string): Promise<void> =>
  runWithDesk(options, async (context): Promise<Result<null>> => {
    const { output, ports } = context
    const loaded = await loadRequest(ports, id)
    if (!loaded.ok) return loaded
    const { request, stored } = loaded.value
    const preview = previewOf(id, request, await context.assumedModel(), advisedSettings)
    for (const line of previewLines(preview, ports.now())) output.note(line)
    output.note('')
    output.note(
      'Review and approve it on the Ledger within ten minutes. To stop asking, press Ctrl-C: nothing is signed then.',
    )
    const signed = await sign(ports, id, options.digest ?? stored.digest)
    if (!signed.ok) return signed
    output.result({ request: shown(signed.value) })
    output.say(`Signed. The signature is by ${request.signer.address} over ${signed.value.digest}.`)
    output.say(`It was not sent yet. Next: "countersign submit ${id}"`)
    return ok(null)
  })

/** Sends a signed request and proves what came of it. */
export const runSubmit = (options: ShownOptions, id: string): Promise<void> =>
  runWithDesk(
    options,
    async (context): Promise<Result<null>> => {
      const { ports, output } = context
      const loaded = await loadRequest(ports, id)
      if (!loaded.ok) return loaded
      const { request, stored } = loaded.value
      const { market, to, venue, network } = request
      output.note(`To be sent: ${market.symbol} to ${settingText(to)} at ${venue} ${network}.`)
      output.note(`Its digest: ${stored.digest}`)
      const outcome = await submit(ports, id, options.digest ?? stored.digest)
      if (!outcome.ok) return outcome
      return tellOutcome(context, outcome.value, 'Applied: the venue was read again and shows the new value.')
    },
    failure('program.interruptedSending', { request: id }),
  )

const settledText = 'Settled: it was applied. The venue shows the new value.'

/** What to say of a request that is settled, and was not applied from here as far as this desk knows. */
const putDownText = ({ id, detail }: StoredRequest): string =>
  `Put down: ${id} is never sent from here. ${typeof detail?.['message'] === 'string' ? detail['message'] : ''} For the change prepare a new request.`

/** Settles an unknown outcome by reading. */
export const runReconcile = (options: DeskOptions, id: string): Promise<void> =>
  runWithDesk(
    options,
    async (context): Promise<Result<null>> => {
      const outcome = await reconcile(context.ports, id)
      if (!outcome.ok) return outcome
      const { stored } = outcome.value
      return tellOutcome(
        context,
        outcome.value,
        stored.state === 'withdrawn' ? putDownText(stored) : settledText,
      )
    },
    failure('program.interruptedSending', { request: id }),
  )

/** Prints what revoking signs and gives the terms of it; null where there are none, or where nothing is to be signed. */
async function showRevocation(context: Context, id: string): Promise<Result<RevocationTerms | null>> {
  const { output, ports } = context
  const loaded = await loadRequest(ports, id)
  if (!loaded.ok) return loaded
  const { stored, request } = loaded.value
  const prepared = await prepareRevocation(ports, id)
  if (!prepared.ok) return prepared
  if (prepared.value.kind === 'applied') return ok(null)
  const facts = { ...prepared.value, sent: stored.state === 'unknown' }
  const preview = revocationPreviewOf(request, facts, await context.assumedModel(), advisedSettings)
  if (!preview.ok) return preview
  for (const line of revocationLines(preview.value)) output.note(line)
  return ok(facts.terms)
}

/** Shows what revoking does, has the Ledger sign it, and sends it. */
export const runRevoke = (options: DeskOptions, id: string): Promise<void> =>
  runWithDesk(
    options,
    async (context): Promise<Result<null>> => {
      const terms = await showRevocation(context, id)
      if (!terms.ok) return terms
      const outcome = await revoke(context.ports, id, terms.value)
      if (!outcome.ok) return outcome
      const { state } = outcome.value.stored
      const good = state === 'applied' ? settledText : `Revoked: the venue took what makes ${id} unusable.`
      return tellOutcome(context, outcome.value, good)
    },
    failure('program.interruptedSending', { request: id }),
  )

/** Gives up an unsent request. */
export const runWithdraw = (options: DeskOptions, id: string): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const withdrawn = await withdraw(ports, id)
    if (!withdrawn.ok) return withdrawn
    output.result({ request: shown(withdrawn.value) })
    output.say(`Withdrawn: ${id} is never sent from here.`)
    const loaded = await loadRequest(ports, id)
    const left = loaded.ok ? usableText({ ...loaded.value.stored, prepared: loaded.value.request }) : null
    if (left !== null) output.say(`${left} To make it unusable before then: "countersign revoke ${id}"`)
    return ok(null)
  })
