/**
 * Every call between the screens and the desk, and every event. Both shells (Electron's window and the loopback host)
 * carry exactly this; inputs and outputs are checked on the desk's side, and nothing here is but JSON.
 * Expected failures cross as values of the catalogue.
 */
import { eventIterator, oc } from '@orpc/contract'
import * as v from 'valibot'
import { addressSchema, hexBytes } from './check.ts'
import { catalogue, type ErrorCode } from './errors.ts'
import { keyKinds, sealers } from './keys.ts'
import { workKinds } from './long-work.ts'
import { approvalForms, preparedRequestSchema } from './prepared-request.ts'
import { requestStates } from './request-state.ts'
import { venueIds } from './venues/registry.ts'

const text = v.pipe(v.string(), v.nonEmpty())
const id = v.pipe(v.string(), v.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'it must be a ULID.'))
const milliseconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const rowNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const network = v.picklist(['mainnet', 'testnet'])
const decimal = v.pipe(v.string(), v.regex(/^\d{1,10}(\.\d{1,10})?$/, 'it must be a decimal number.'))

const codes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]]

/** A failure of the catalogue as it crosses to the screens. */
export const failureSchema = v.strictObject({
  code: v.picklist(codes),
  message: text,
  next: text,
  outcome: v.picklist(['not-sent', 'unknown', 'sent']),
  field: v.exactOptional(v.string()),
})

const result = <S extends v.GenericSchema>(value: S) =>
  v.variant('ok', [
    v.strictObject({ ok: v.literal(true), value }),
    v.strictObject({ ok: v.literal(false), error: failureSchema }),
  ])

/** Practice or real: chosen at the first start, never mixed. */
export const modeSchema = v.picklist(['practice', 'real'])

/** Where the person is: nothing chosen yet, or at a desk. */
export const sessionSchema = v.strictObject({
  mode: v.nullable(modeSchema),
  shell: v.picklist(['electron', 'browser']),
  version: text,
  /** Path of the database; null before a mode is chosen. */
  path: v.nullable(v.string()),
})

/** An account: whose leverage changes and which key signs. */
export const accountSchema = v.strictObject({
  id,
  name: text,
  venue: v.picklist(venueIds),
  network,
  address: addressSchema,
  signer: addressSchema,
  path: text,
  vaultAddress: v.nullable(addressSchema),
  /** What the account has at its venue beside its addresses, and how it is approved; nothing secret. */
  settings: v.record(v.string(), v.unknown()),
  createdAt: text,
})

/** What an account is made from; its signer is read from the device and confirmed there. */
export const addAccountSchema = v.strictObject({
  name: text,
  venue: v.picklist(venueIds),
  network,
  path: text,
  /** The account for which the signer is an agent; null when it is the signer itself. */
  account: v.nullable(v.string()),
  /** The subaccount or vault for which the signer acts; null for none. */
  vault: v.nullable(v.string()),
  /** What it has at its venue beside its addresses; the venue's own schema decides. */
  settings: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  /** How changes are approved in words; null for the venue's default. */
  approval: v.nullable(v.picklist(approvalForms)),
})

/** A key that may trade for an account; `validUntil` in Unix ms, null for no expiry. */
export const agentSchema = v.strictObject({
  address: addressSchema,
  name: v.string(),
  validUntil: v.nullable(milliseconds),
})

/** What a venue lists that cannot be used, and why. */
export const leftOutSchema = v.strictObject({ name: text, reason: text })

/** The agents of an account as the venue lists them, and approvals that may still be carried out until `until`. */
export const agentListSchema = v.strictObject({
  owner: addressSchema,
  agents: v.array(agentSchema),
  leftOut: v.array(leftOutSchema),
  open: v.array(v.strictObject({ agent: agentSchema, until: milliseconds })),
  readAtMs: milliseconds,
})

/** The agent that is to be approved; `replace` ends one of the same name. */
export const approveAgentSchema = v.strictObject({
  accountId: id,
  agent: v.string(),
  name: v.string(),
  validUntil: v.nullable(milliseconds),
  replace: v.boolean(),
})

/** What is public of an API key. */
export const apiKeySchema = v.strictObject({
  id,
  accountId: id,
  venue: v.picklist(venueIds),
  kind: v.picklist(keyKinds),
  /** What the venue knows it by. */
  keyId: text,
  label: v.string(),
  sealedBy: v.picklist(sealers),
  createdAt: text,
  expiresAt: v.nullable(text),
  /** What it may do, in the venue's words; null where that is not known. */
  permissions: v.nullable(v.array(v.string())),
})

/** How API keys are sealed here. */
export const sealingSchema = v.strictObject({
  /** Name of the keyring; null where there is no real one. */
  keyring: v.nullable(text),
  /** Whether a key in use is sealed by a passphrase. */
  passphrase: v.boolean(),
  /** Until when the passphrase is kept; null while it is not. */
  unlockedUntilMs: v.nullable(milliseconds),
})

/**
 * A key to be added or put in the place of another. The secret goes in and never comes out; null has an Ed25519 key
 * made by the desk.
 */
export const keyInputSchema = v.strictObject({
  accountId: id,
  secret: v.nullable(v.string()),
  keyId: v.nullable(v.string()),
  label: v.string(),
  expiresAt: v.nullable(v.string()),
  /** Seals it by this passphrase; left out for the keyring, or for the passphrase that is kept. */
  passphrase: v.exactOptional(v.string()),
})

/** Whose practice key the desk adds, and the passphrase that seals it, as in `keyInputSchema`. */
export const practiceKeySchema = v.strictObject({ accountId: id, passphrase: v.exactOptional(v.string()) })

const settingFields = { leverage: text, sellLeverage: v.exactOptional(text), isCross: v.boolean() }

/** A market and what it allows. */
export const marketSchema = v.strictObject({
  symbol: text,
  id: v.nullable(v.number()),
  minLeverage: v.number(),
  maxLeverage: v.number(),
  leverageStep: v.number(),
  crossAllowed: v.boolean(),
  isolatedAllowed: v.boolean(),
  delisted: v.boolean(),
})

/** The markets of a venue, and what it lists beside them. */
export const marketListSchema = v.strictObject({
  markets: v.array(marketSchema),
  leftOut: v.array(leftOutSchema),
  readAtMs: milliseconds,
})

/** A market with the leverage that an account has set in it, as the venue said at `readAtMs`. */
export const marketSettingSchema = v.strictObject({
  market: marketSchema,
  current: v.strictObject({
    ...settingFields,
    markPrice: v.nullable(text),
    readAtMs: milliseconds,
    skewMs: v.nullable(v.number()),
  }),
})

const detail = v.nullable(v.record(v.string(), v.unknown()))

/** The one sending of a request. */
export const submissionSchema = v.strictObject({
  body: v.string(),
  startedAt: text,
  answeredAt: v.nullable(text),
  httpStatus: v.nullable(v.number()),
  answer: v.nullable(v.string()),
  outcome: v.nullable(v.picklist(['accepted', 'refused', 'unknown'])),
})

/** A request with all that is known about it. The preview is computed from `prepared` by the screens themselves. */
export const requestSchema = v.strictObject({
  id,
  accountId: id,
  state: v.picklist(requestStates),
  prepared: preparedRequestSchema,
  signature: v.nullable(hexBytes(65)),
  /** What is known about the outcome. */
  detail,
  submission: v.nullable(submissionSchema),
  createdAt: text,
  updatedAt: text,
  /** When the copy was made in which it was open; null where it was not, or is over. */
  frozenSince: v.nullable(text),
})

/** A step's result: the request as it stands, and what is to be told where it was not done. */
export const stepSchema = v.strictObject({ request: requestSchema, failure: v.nullable(failureSchema) })

/** What an operator wants. */
export const prepareInputSchema = v.strictObject({
  accountId: id,
  market: text,
  leverage: decimal,
  /** Only where the account sets buy and sell apart. */
  sellLeverage: v.exactOptional(decimal),
  isCross: v.boolean(),
  /** Minutes until the venue refuses it; null for never; left out for the default. */
  expiresInMinutes: v.exactOptional(
    v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1440))),
  ),
})

/** What preparing gives. */
export const preparationSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('prepared'), request: requestSchema }),
  v.strictObject({ kind: v.literal('alreadySet'), market: text, ...settingFields, readAtMs: milliseconds }),
])

/** A row of the history. */
export const historyRowSchema = v.strictObject({
  seq: v.number(),
  at: text,
  kind: text,
  requestId: v.nullable(v.string()),
  /** Canonical JSON. */
  body: v.string(),
  prevHash: hexBytes(32),
  hash: hexBytes(32),
})

/** What verifying the history proves. */
export const historyProofSchema = v.strictObject({
  count: v.number(),
  head: hexBytes(32),
  /** When the newest of them were verified, Unix ms. */
  checkedAtMs: milliseconds,
  /** When all were last verified together, Unix ms, and how many there were; the rows after them were verified as they came. */
  whole: v.strictObject({ atMs: milliseconds, count: v.number() }),
})

/** Long work that is under way: which share of it is done, 0 to 1, and how long it will take, in ms, where that can be told. */
export const workSchema = v.strictObject({
  kind: v.picklist(workKinds),
  share: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  leftMs: v.nullable(v.number()),
})

/** A signature that could still be used: of which request or other thing, and until when in Unix ms. */
export const usableSchema = v.strictObject({
  what: v.picklist(['request', 'revocation', 'agent', 'registration']),
  of: text,
  requestId: v.nullable(text),
  untilMs: milliseconds,
})

/** A backup beside the database. */
export const backupSchema = v.strictObject({
  fileName: text,
  /** `daily`: by the desk itself; `asked`: by the person; `migration`: before an older database was migrated. */
  reason: v.picklist(['daily', 'asked', 'migration']),
  /** Unix ms. */
  atMs: milliseconds,
  /** Bytes. */
  size: v.number(),
})

/** The backups that are there. */
export const backupsSchema = v.strictObject({
  /** Path of the folder they are in. */
  folder: text,
  /** Newest first. */
  backups: v.array(backupSchema),
  /** Why the last daily one was not made; null when it was, or none was due. */
  failure: v.nullable(failureSchema),
})

const model = v.picklist(['nanoS', 'nanoSP', 'nanoX', 'stax', 'flex', 'apex'])

/**
 * The device as it is now. `hindered` carries the failure that says why it cannot sign (locked, wrong app, ...);
 * `asking` means that a question is on its screen.
 */
export const deviceStateSchema = v.strictObject({
  presence: v.picklist(['none', 'hindered', 'ready', 'asking']),
  model: v.nullable(model),
  app: v.nullable(v.strictObject({ name: text, version: text, blindSigning: v.boolean() })),
  failure: v.nullable(failureSchema),
  checkedAtMs: milliseconds,
})

/** The practice Ledger: what it shows, and what can be pressed on it. */
export const practiceLedgerSchema = v.strictObject({
  model,
  lines: v.array(v.string()),
  /** Inputs that do something now: `left`, `right`, `both`, or `tap ...`, `hold ...`, `swipe ...`. */
  inputs: v.array(v.string()),
  asking: v.boolean(),
  plugged: v.boolean(),
  locked: v.boolean(),
  app: text,
  settings: v.strictObject({
    blindSigning: v.boolean(),
    rawMessages: v.boolean(),
    transactionHash: v.boolean(),
  }),
})

/** What can be done to the practice Ledger beside its buttons. */
export const practiceChangeSchema = v.strictObject({
  model: v.exactOptional(v.picklist(['nanoSP', 'nanoX', 'stax'])),
  plugged: v.exactOptional(v.boolean()),
  locked: v.exactOptional(v.boolean()),
  app: v.exactOptional(v.picklist(['Ethereum', 'Bitcoin', 'BOLOS'])),
  rawMessages: v.exactOptional(v.boolean()),
  blindSigning: v.exactOptional(v.boolean()),
})

/** How the practice venue's next answer goes wrong, so that a newcomer can meet an unknown outcome. */
export const practiceFaultSchema = v.picklist([
  'resetBeforeApply',
  'resetAfterApply',
  'timeoutAfterApply',
  'okButNotApplied',
])

/** What the desk tells by itself. */
export const eventSchema = v.variant('type', [
  v.strictObject({ type: v.literal('device'), device: deviceStateSchema }),
  v.strictObject({ type: v.literal('practice'), practice: practiceLedgerSchema }),
  v.strictObject({ type: v.literal('request'), id, state: v.picklist(requestStates) }),
  v.strictObject({
    type: v.literal('progress'),
    id,
    /** What the desk is doing about a request now; `idle` when it has stopped. */
    step: v.picklist(['approving', 'asking', 'sending', 'proving', 'reading', 'idle']),
  }),
  /** Everything that is under way; nothing when it has ended. */
  v.strictObject({ type: v.literal('work'), works: v.array(workSchema) }),
  v.strictObject({ type: v.literal('accounts') }),
  v.strictObject({ type: v.literal('keys') }),
])

const ofMode = v.strictObject({ mode: modeSchema })

/** The desk that could not be opened last, and why. */
export const failedSessionSchema = v.strictObject({ mode: modeSchema, failure: failureSchema })

/** What there is to put in the place of a database that cannot be opened. */
export const recoverySchema = v.strictObject({
  /** Path of the database. */
  path: text,
  /** Folder of its backups. */
  folder: text,
  /** The newest backup that verifies; null where there is none. `atMs` in Unix ms, `count` in rows. */
  backup: v.nullable(v.strictObject({ fileName: text, atMs: milliseconds, count: v.number() })),
  /** How many newer ones do not verify. */
  passedOver: v.number(),
  /** What the database that is there knows more than that backup; null where there is no backup. */
  losses: v.nullable(
    v.strictObject({ rows: v.nullable(v.number()), lines: v.array(v.string()), more: v.number() }),
  ),
})

/** What was restored: how many rows, and where the database went that was there before (null for none). */
export const restoredSchema = v.strictObject({ count: v.number(), replaced: v.nullable(text) })

const byId = v.strictObject({ id })
/** A request as the person was shown it; where another one is stored by now it is `request.altered`. */
const asShown = v.strictObject({ id, digest: hexBytes(32) })

/** What a revocation by a higher nonce is made from beside the request. */
const revocationTermsSchema = v.strictObject({ leverage: text, nonce: milliseconds })

/** What revoking would do now: sign something, or put a request down as applied that the venue shows to be. */
const preparedRevocationSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('prepared'),
    terms: v.nullable(revocationTermsSchema),
    ends: v.array(v.strictObject({ id, market: text })),
  }),
  v.strictObject({ kind: v.literal('applied') }),
])
const ofAccount = v.strictObject({ accountId: id })

/** The contract: name -> input and output. */
export const contract = {
  session: {
    get: oc.output(sessionSchema),
    /** Opens the desk of a mode. Fails with `store.*`. */
    open: oc.input(ofMode).output(result(sessionSchema)),
    /** The desk that could not be opened last; null when the last one was, or none was tried. */
    failed: oc.output(v.nullable(failedSessionSchema)),
    /** Looks for the newest backup that verifies. Changes nothing. Fails with `store.inUse` while that desk is open. */
    recovery: oc.input(ofMode).output(result(recoverySchema)),
    /**
     * Puts a backup that `recovery` named in the place of the database, which is moved beside it and kept. Fails with
     * `store.inUse`, `history.broken` or `store.*`; then all is as it was. At a real desk the Ledger of one of its accounts
     * confirms it first; `passphrase` in its place where none is connected (`store.unconfirmed`).
     */
    restore: oc
      .input(v.strictObject({ mode: modeSchema, fileName: text, passphrase: v.exactOptional(v.string()) }))
      .output(result(restoredSchema)),
  },
  accounts: {
    list: oc.output(result(v.array(accountSchema))),
    /** Addresses of the device at `44'/60'/0'/0/n`, n from `from`, read without asking anybody. */
    scan: oc
      .input(
        v.strictObject({
          from: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(990)),
          count: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(10)),
        }),
      )
      .output(result(v.array(v.strictObject({ path: text, address: addressSchema })))),
    /** Adds an account; the device shows the signer's address and asks. */
    add: oc.input(addAccountSchema).output(result(accountSchema)),
    /** Has the Ledger sign the reading of an account, for a day; until when, in Unix ms. Nothing is sent. */
    permitReading: oc.input(ofAccount).output(result(v.strictObject({ expiresAtMs: milliseconds }))),
  },
  agents: {
    /** Reads the venue, and settles what is open by it. Fails with `agent.none`, `venue.*` or `store.*`. */
    list: oc.input(v.strictObject({ accountId: id })).output(result(agentListSchema)),
    /** Asks the Ledger, sends once and proves by reading. `failure` says what is not proven. */
    approve: oc
      .input(approveAgentSchema)
      .output(result(v.strictObject({ agent: agentSchema, failure: v.nullable(failureSchema) }))),
  },
  /** The API keys of accounts whose venue no Ledger can sign for. */
  keys: {
    /** All keys in use, and how they are sealed. */
    list: oc.output(result(v.strictObject({ keys: v.array(apiKeySchema), sealing: sealingSchema }))),
    add: oc.input(keyInputSchema).output(result(apiKeySchema)),
    /** Puts a key in the place of the one in use, once the Ledger confirmed it; the passphrase where none is connected. */
    rotate: oc.input(keyInputSchema).output(result(apiKeySchema)),
    /** Adds the key that the practice venue knows, or puts it in place. Fails with `session.notPractice`. */
    addPractice: oc.input(practiceKeySchema).output(result(apiKeySchema)),
    /** Has the Ledger sign the registration of the key, made here where there is none and a keyring seals, and sends it once. */
    register: oc.input(ofAccount).output(result(v.strictObject({ key: apiKeySchema, listed: v.boolean() }))),
    /** Forgets a key, once the Ledger confirmed it; the passphrase where none is connected. */
    remove: oc
      .input(v.strictObject({ ...ofAccount.entries, passphrase: v.exactOptional(v.string()) }))
      .output(result(apiKeySchema)),
    /** Opens the key and asks the venue whether it takes it. */
    test: oc.input(ofAccount).output(result(apiKeySchema)),
    /** Proves the passphrase and keeps it for ten minutes. */
    unlock: oc.input(v.strictObject({ passphrase: v.string() })).output(result(sealingSchema)),
    /** Forgets the passphrase. */
    lock: oc.output(result(sealingSchema)),
  },
  markets: {
    list: oc.input(ofAccount).output(result(marketListSchema)),
    current: oc
      .input(v.strictObject({ accountId: id, symbols: v.pipe(v.array(text), v.maxLength(20)) }))
      .output(
        result(v.strictObject({ settings: v.array(marketSettingSchema), leftOut: v.array(leftOutSchema) })),
      ),
  },
  requests: {
    list: oc
      .input(
        v.strictObject({
          states: v.exactOptional(v.array(v.picklist(requestStates))),
          limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1000)),
        }),
      )
      .output(result(v.array(requestSchema))),
    get: oc.input(byId).output(result(requestSchema)),
    prepare: oc.input(prepareInputSchema).output(result(preparationSchema)),
    /** Asks the device; resolves when it was answered. */
    sign: oc.input(asShown).output(result(requestSchema)),
    /** Takes the question off the device. */
    stopAsking: oc.output(result(v.null())),
    submit: oc.input(asShown).output(result(stepSchema)),
    reconcile: oc.input(byId).output(result(stepSchema)),
    withdraw: oc.input(byId).output(result(requestSchema)),
    /** What revoking would sign now; the venue is read where it has to be, and no revocation is signed or sent. */
    prepareRevocation: oc.input(byId).output(result(preparedRevocationSchema)),
    /** Has the Ledger sign what uses up the request's nonce, on the terms that were shown, and sends it. */
    revoke: oc
      .input(v.strictObject({ id, terms: v.nullable(revocationTermsSchema) }))
      .output(result(stepSchema)),
  },
  history: {
    list: oc
      .input(
        v.strictObject({
          requestId: v.exactOptional(id),
          limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1000)),
          before: v.exactOptional(v.number()),
        }),
      )
      .output(result(v.array(historyRowSchema))),
    /** Verifies all of it, or only what was added since; all of it too after a sign that somebody else wrote. */
    verify: oc.input(v.strictObject({ whole: v.boolean() })).output(result(historyProofSchema)),
    /** The signatures that could still be used by whoever holds an export that has them. */
    usable: oc.output(result(v.array(usableSchema))),
    /**
     * Begins an export: the signed head of what is exported, and how many rows these are (docs/formats.md). It ends before the first signature that could still be used, unless these are to leave too.
     */
    export: oc
      .input(v.strictObject({ withUsable: v.boolean() }))
      .output(result(v.strictObject({ fileName: text, head: text, count: v.number(), waiting: v.number() }))),
    /** The next rows of an export as JSONL, after row `after` up to row `upTo`; as many as one message carries well. */
    exportRows: oc
      .input(v.strictObject({ after: rowNumber, upTo: rowNumber }))
      .output(result(v.strictObject({ text: v.string(), last: v.number() }))),
    /** The validation sheet of a request: a PDF in base64, to be saved by the person. */
    sheet: oc.input(byId).output(result(v.strictObject({ fileName: text, pdf: v.string() }))),
    /** The backups beside the database. */
    backups: oc.output(result(backupsSchema)),
    /** Backs the database up beside itself, and verifies the copy. */
    backUp: oc.output(result(backupsSchema)),
  },
  work: {
    /** Stops long work: it fails with `program.stopped`, and what it had made is undone. */
    stop: oc.input(v.strictObject({ kind: v.picklist(workKinds) })).output(result(v.null())),
  },
  device: {
    get: oc.output(deviceStateSchema),
  },
  practice: {
    /** The practice Ledger; null outside practice. */
    get: oc.output(v.nullable(practiceLedgerSchema)),
    /** Presses or touches it. */
    input: oc.input(v.strictObject({ input: text })).output(result(practiceLedgerSchema)),
    change: oc.input(practiceChangeSchema).output(result(practiceLedgerSchema)),
    failNext: oc.input(v.strictObject({ fault: practiceFaultSchema })).output(result(v.null())),
    /** The subaccount of an address at the practice Synthetix; null where it has none. */
    subAccount: oc.input(v.strictObject({ address: addressSchema })).output(result(v.nullable(text))),
  },
  /** Everything that happens, from now on. The first events tell how things are. */
  events: oc.output(eventIterator(eventSchema)),
}

/** The contract's type, from which the screens' client and the desk's router are made. */
export type Contract = typeof contract

/** The desk that could not be opened, as the screens get it. */
export type FailedSession = v.InferOutput<typeof failedSessionSchema>
/** What there is to restore, as the screens get it. */
export type Recovery = v.InferOutput<typeof recoverySchema>
/** What was restored, as the screens get it. */
export type RestoredView = v.InferOutput<typeof restoredSchema>
/** A request as the screens get it. */
export type RequestView = v.InferOutput<typeof requestSchema>
/** What revoking would do now. */
export type PreparedRevocationView = v.InferOutput<typeof preparedRevocationSchema>
/** An account as the screens get it. */
export type AccountView = v.InferOutput<typeof accountSchema>
/** An agent. */
export type AgentView = v.InferOutput<typeof agentSchema>
/** The agents of an account. */
export type AgentListView = v.InferOutput<typeof agentListSchema>
/** An API key as the screens get it. */
export type ApiKeyView = v.InferOutput<typeof apiKeySchema>
/** How API keys are sealed. */
export type SealingView = v.InferOutput<typeof sealingSchema>
/** A key to be added. */
export type KeyInputView = v.InferInput<typeof keyInputSchema>
/** Whose practice key is added. */
export type PracticeKeyView = v.InferInput<typeof practiceKeySchema>
/** The session. */
export type Session = v.InferOutput<typeof sessionSchema>
/** The device as it is now. */
export type DeviceState = v.InferOutput<typeof deviceStateSchema>
/** The practice Ledger. */
export type PracticeLedgerView = v.InferOutput<typeof practiceLedgerSchema>
/** An event. */
export type DeskEvent = v.InferOutput<typeof eventSchema>
/** A market. */
export type MarketView = v.InferOutput<typeof marketSchema>
/** The markets of a venue. */
export type MarketListView = v.InferOutput<typeof marketListSchema>
/** What a venue lists that cannot be used. */
export type LeftOutView = v.InferOutput<typeof leftOutSchema>
/** A market with what is set in it. */
export type MarketSettingView = v.InferOutput<typeof marketSettingSchema>
/** A row of the history. */
export type HistoryRowView = v.InferOutput<typeof historyRowSchema>
/** Long work that is under way. */
export type WorkView = v.InferOutput<typeof workSchema>
/** A signature that could still be used. */
export type UsableView = v.InferOutput<typeof usableSchema>
/** The backups that are there. */
export type BackupsView = v.InferOutput<typeof backupsSchema>
/** What verifying the history proves. */
export type HistoryProofView = v.InferOutput<typeof historyProofSchema>
