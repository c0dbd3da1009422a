/**
 * The catalogue of expected failures. Each has one sentence for the person, one next step, and what it says
 * about the outcome. Expected failures cross every module door as values of this catalogue; exceptions are bugs.
 */
import { shellWords } from './advice.ts'
import { visibleText } from './visible-text.ts'

/** What a failure says about the request: no change left this machine, it may have been applied, or it was sent and answered. */
export type OutcomeClaim = 'not-sent' | 'unknown' | 'sent'

/** Process exit codes of the command line. */
export const exitCodes = {
  ok: 0,
  refused: 1,
  rejected: 2,
  noDevice: 3,
  wrongApp: 4,
  settings: 5,
  locked: 6,
  unknown: 7,
  usage: 64,
  interrupted: 130,
} as const

/** Name of a process exit code. */
export type ExitName = keyof typeof exitCodes

interface Entry {
  /** What happened. `{name}` stands for a value given where the failure is made. */
  readonly sentence: string
  /** What the person does now. */
  readonly next: string
  readonly outcome: OutcomeClaim
  readonly exit: ExitName
}

const entry = (
  sentence: string,
  next: string,
  outcome: OutcomeClaim = 'not-sent',
  exit: ExitName = 'refused',
): Entry => ({
  sentence,
  next,
  outcome,
  exit,
})

/** Every expected failure by its code. */
export const catalogue = {
  // The program itself
  'program.interrupted': entry(
    'Stopped before it was done. No change was sent.',
    'Run the same command again when you are ready: a request that was prepared is kept.',
    'not-sent',
    'interrupted',
  ),
  'program.interruptedSending': entry(
    'Stopped while the change may have been on its way: we do not know whether it was applied.',
    'Do not send it again. Run "countersign reconcile {request}": it reads the venue and settles it.',
    'unknown',
    'unknown',
  ),
  'program.stopped': entry(
    'Stopped before it was done, as you asked.',
    'Nothing was changed and nothing was sent. Start it again whenever you like.',
    'not-sent',
    'interrupted',
  ),
  'program.failed': entry(
    'Countersign failed in a way that it should not: {detail}',
    'Do not send anything again yet. Look at what was done last with "countersign history", and report this message.',
    'unknown',
    'unknown',
  ),
  'program.outputCut': entry(
    'Not everything could be written: the disk is full, or the program that reads it has ended.',
    'Do not use what was written, because it is not whole. Run the command again.',
  ),

  // What was typed or read from a file
  'input.usage': entry(
    '{detail}',
    'Run "countersign --help" to see the commands and their options.',
    'not-sent',
    'usage',
  ),
  'input.notJson': entry(
    'This is not valid JSON: {detail}',
    'Check that the whole payload was copied, then try again.',
  ),
  'input.duplicateKey': entry(
    'The field "{field}" stands twice, so two readers could see two different payloads.',
    'Ask for a payload in which every field stands once.',
  ),
  'input.tooLarge': entry(
    'The input is larger than {limit}.',
    'A leverage change is well under 4 kB: check that this is the right file.',
  ),
  'input.unreadable': entry(
    'The file cannot be read: {detail}',
    'Check the path and your rights on the file.',
  ),
  'input.portTaken': entry(
    'Port {port} of this machine cannot be served ({detail}).',
    'Choose another port, or end the program that uses it.',
  ),
  'input.unrecognised': entry(
    'This is not a leverage change that Countersign knows: {detail}',
    'Do not sign it. Give a Hyperliquid /exchange body, a Compass set_leverage answer or /execute body, a Synthetix /v1/trade body, an Arcus setLeverage body, a set-leverage body of CoinSwitch or Bybit, EIP-712 typed data, an approval in words, or what else Countersign has a Ledger sign.',
  ),
  'input.unknownField': entry(
    'The field "{field}" is not part of this payload.',
    'Do not sign it: what is not known cannot be shown. Ask where the field comes from.',
  ),
  'input.missingField': entry('The field "{field}" is missing.', 'Ask for the complete payload.'),
  'input.badField': entry(
    'The field "{field}" is not acceptable: {detail}',
    'Correct the field, or ask where the payload comes from.',
  ),

  // What is asked for, held against what came
  'payload.notLeverageChange': entry('This is not a leverage change: {detail}', 'Do not sign it as one.'),
  'payload.fieldDiffers': entry(
    'The field "{field}" is {actual}, but {expected} was asked for.',
    'Do not sign it. Prepare the change again; if it differs again, stop and ask the venue.',
  ),
  'payload.digestDiffers': entry(
    'The {field} that came with the payload is not the hash of the fields it shows: {actual} came, {expected} is right.',
    'Do not sign it: the hash may stand for something else entirely.',
  ),
  'payload.signerDiffers': entry(
    'The signature is by {actual}, not by {expected}.',
    'Do not send it. The payload was changed after signing, or another key signed it.',
  ),
  'payload.signatureWrong': entry(
    'The {field} is not the signature of the key {key} over the text that the venue checks.',
    'Do not send it. What is signed was changed afterwards, or another key signed it.',
  ),
  'payload.networkDiffers': entry(
    'The payload is for {actual}, but {expected} was asked for.',
    'Do not sign it. Choose the network that you mean and prepare the change again.',
  ),
  'payload.nonceStale': entry(
    'The nonce {actual} is not from the last few seconds.',
    "Prepare the change again, and check this machine's clock.",
  ),
  'payload.nonceReused': entry(
    'The nonce {actual} was used before for this signer.',
    'Prepare the change again: a nonce is good for one request.',
  ),
  'payload.marketDiffers': entry(
    'The payload is for market number {actual}, but {expected} is the number of {market}.',
    'Do not sign it: it would change another market.',
  ),

  // The request and where it is in its life
  'request.unknownAccount': entry(
    'There is no account "{account}" here.',
    'List them with "countersign accounts", or add it with "countersign accounts add".',
  ),
  'request.duplicateAccount': entry('An account named "{account}" is here already.', 'Choose another name.'),
  'request.unknownMarket': entry(
    'The venue has no market "{market}".',
    'List the markets with "countersign markets".',
  ),
  'request.marketLeftOut': entry(
    '{venue} lists {market} in a way that cannot be relied on: {detail}',
    'No change was prepared or sent. Other markets are not touched by this. Read the list again later, or ask the venue.',
  ),
  'request.marketRenumbered': entry(
    '{venue} gives {market} another number than before: {detail}',
    'No change was prepared or sent: with a wrong number another market would be changed. Ask the venue. Where it says itself that the market was listed anew, "countersign accept-number" takes the new number and writes that down.',
  ),
  'request.delistedMarket': entry('{market} is delisted.', 'Choose a market that is traded.'),
  'request.leverageOutOfRange': entry(
    '{market} takes {kind} from {min} to {max}; {leverage} was asked for.',
    'Choose a leverage in that range.',
  ),
  'request.marginModeNotAllowed': entry(
    '{market} does not allow {mode} margin.',
    'Choose the other margin mode.',
  ),
  'request.unknown': entry(
    'There is no request "{request}" here.',
    'List the requests with "countersign history".',
  ),
  'request.wrongState': entry('The request {request} is {state}; it cannot be {verb} now.', '{advice}'),
  'request.expired': entry(
    'The request {request} expired at {at}. Nothing was sent.{signed}',
    'Prepare it again.{advice}',
  ),
  'request.maybeExpired': entry(
    "By this machine's clock the request {request} expired at {at}, but {venue} did not tell its own clock, which decides. Nothing was sent, and the request stays as it is.",
    'Check the clock of this machine and the connection, then try again.',
  ),
  'request.frozen': entry(
    'The request {request} was open when this desk was made from a copy, at {at}. It may have been sent from elsewhere since the copy was made, so it is never signed, sent or withdrawn from here.',
    'Run "countersign reconcile {request}": it reads the venue and settles it. If the change is still wanted then, prepare a new request.',
    'unknown',
    'unknown',
  ),
  'request.stillFrozen': entry(
    'The venue shows {actual}. The request {request} was signed before this copy was made: until {until} whoever holds what was signed could have it applied.',
    '{advice}',
    'unknown',
    'unknown',
  ),
  'request.altered': entry(
    'The stored request {request} is not what was prepared and shown: its {field} is another than its fields, its history or the screen say. The Ledger was not asked, and nothing was sent now.',
    'Somebody may have changed the database. Do not sign or send anything from it. Keep a copy of it, and run "countersign history verify" on it.',
  ),
  'request.clockWrong': entry(
    "This machine's clock and the venue's differ by {seconds} s.",
    'Set the clock, then prepare the change again.',
  ),
  'request.unsettled': entry(
    'An earlier change of {market} ({request}) is not settled: it may still be applied.',
    'Run "countersign reconcile {request}" first. Two changes under way could be applied in either order.',
  ),
  'request.signerNotAllowed': entry(
    '{signer} may not sign for {account}: {detail}',
    'Check the account: the signer must be the account itself, its owner, or an agent that the owner approved.',
  ),
  'request.busy': entry(
    'Another part of Countersign is working on the request {request} at this moment.',
    'Wait until it is done, then look at the request again. If it was ended by force, the request is free within {seconds} s.',
  ),
  'request.venueCannot': entry(
    '{venue} cannot carry {what}.',
    'Leave it out, or use the account at Hyperliquid directly.',
  ),

  // The clocks, which nonces and expiries hang on
  'clock.skewed': entry(
    "This machine's clock is {seconds} s {direction} the venue's; at most {limit} s are allowed. Nothing was signed.",
    "Set this machine's clock, then prepare the change again.",
  ),

  // The approval in words
  'approval.missing': entry(
    'The request {request} was not approved on the Ledger. Nothing was sent.',
    'Sign it on the Ledger first.',
  ),
  'approval.malformed': entry(
    'The approval cannot be read: its {field} is not right: {detail}',
    'Do not act on it. Prepare the change again and approve it on the Ledger.',
  ),
  'approval.otherRequest': entry(
    'The approval is not one of the request {request}: its {field} differs. Nothing was sent.',
    'Prepare the change again and approve it on the Ledger.',
  ),
  'approval.signerDiffers': entry(
    'The approval of {request} is by {actual}, not by {expected}. Nothing was sent.',
    'Have the Ledger that answers for this account approve it.',
  ),
  'approval.expired': entry(
    'The approval of {request} is too old. Nothing was sent.',
    'Prepare the change again.',
  ),

  // Agents: keys that may act for an account
  'agent.none': entry(
    '{venue} knows no agents. Nothing was sent.',
    'Use an account at Hyperliquid: a Ledger approves the agents of its own account there.',
  ),
  'agent.nameTaken': entry(
    'The agent "{name}" is there already ({actual}). Another one under that name ends it. No approval was sent.',
    'Choose another name. To replace it on purpose, add --replace or tick "Replace it".',
  ),
  'agent.known': entry(
    '{agent} is approved already, as "{name}". No approval was sent.',
    'Make a new key. One that was an agent before must not be one again: the venue may have forgotten its nonces, and what it signed could be used again.',
  ),
  'agent.unsettled': entry(
    'An earlier approval of the agent {agent} is not settled: it may still be carried out until {until}. No other one was sent.',
    'Run "countersign agents list {account}" first: it reads the venue and settles it.',
  ),
  'agent.unknown': entry(
    'We do not know yet whether the agent {agent} was approved: {detail}',
    'Do not approve it again. Run "countersign agents list {account}": it reads the venue and settles it. The approval can be carried out until {until}.',
    'unknown',
    'unknown',
  ),
  'agent.notProven': entry(
    'The venue said ok, but does not list the agent {agent}.',
    'Look at the agents of the account at the venue before you do anything else. "countersign agents list {account}" reads them again.',
    'unknown',
    'unknown',
  ),

  // Keys that a device cannot hold
  'secret.none': entry(
    'The account "{account}" has no API key here. Nothing was sent.',
    'Add one with "countersign keys add", or on the page Accounts.',
  ),
  'secret.exists': entry(
    'The account "{account}" has an API key already.',
    'Put another one in its place with "countersign keys rotate", or on the page Accounts.',
  ),
  'secret.notNeeded': entry(
    'The account "{account}" needs no API key: the Ledger itself signs for {venue}.',
    'Prepare a change and sign it on the Ledger.',
  ),
  'secret.locked': entry(
    'The API key is sealed by a passphrase, which was not given. Nothing was sent.',
    'Unlock the keys in the window. On the command line, name a file with --passphrase-file or in COUNTERSIGN_PASSPHRASE_FILE.',
  ),
  'secret.wrongPassphrase': entry(
    'This is not the passphrase that seals the API keys here. Nothing was sent.',
    'Type it again. If it is lost, make a new key at the venue and add it after removing the old one.',
  ),
  'secret.unconfirmed': entry(
    'Replacing or removing the API key of "{account}" must be confirmed, and no Ledger is connected. Nothing was changed, and nothing was sent.',
    'Connect the Ledger of this account, unlock it and open its Ethereum app. Without it, give the passphrase that seals the key.',
  ),
  'secret.weakPassphrase': entry(
    'The passphrase is shorter than {minimum} characters.',
    'Use a longer one, such as five words chosen at random.',
  ),
  'secret.altered': entry(
    'The sealed API key cannot be trusted: {detail} Nothing was sent.',
    'Do not use this database until you know why. Revoke the key at the venue, make a new one, and put it in its place with "countersign keys rotate".',
  ),
  'secret.keyringMissing': entry(
    'The API key is sealed by the keyring "{backend}", which cannot be used from here. Nothing was sent.',
    'Use the window, on the machine and as the user that added the key. For the command line, put in its place a key that is sealed by a passphrase.',
  ),
  'secret.expired': entry(
    'The API key of "{account}" is good until {at} only. Nothing was sent.',
    'Make a new key at the venue, then put it in place with "countersign keys rotate".',
  ),
  'secret.readOnly': entry(
    'A key that was opened for reading was asked to sign something that is not a read at {venue}. It was not signed.',
    'Nothing was sent. This is a fault of Countersign: report it.',
  ),
  'secret.spent': entry(
    'The API key was opened for one signature, and is closed again. Nothing more was signed.',
    'Nothing more was sent. Look at the request before you do anything else.',
  ),

  'secret.otherKey': entry(
    'The request {request} was approved for the API key {expected}, but the account has {actual} now. Nothing was sent.',
    'Prepare the change again.',
  ),
  'secret.notAccepted': entry(
    '{venue} does not take the API key {keyId} for {account}: {detail} No change was sent.',
    'Register a key for this account with the Ledger, or add the key that the venue knows.',
  ),

  // The session of the screens
  'session.notOpen': entry('No desk is open yet.', 'Choose practice or your own Ledger first.'),
  'session.notPractice': entry('This is for practice only.', 'Open the practice desk to use it.'),

  // The device
  'device.none': entry(
    'No Ledger is connected.',
    'Connect your Ledger by USB, unlock it and open the Ethereum app.',
    'not-sent',
    'noDevice',
  ),
  'device.several': entry(
    '{count} Ledgers are connected; it is not clear which one to use.',
    'Name one with --device, or unplug the others.',
    'not-sent',
    'noDevice',
  ),
  'device.notThisOne': entry(
    'The connected Ledger holds {actual} at {path}, not {expected}.',
    'Connect the Ledger that holds {expected}.',
    'not-sent',
    'noDevice',
  ),
  'device.noPermission': entry(
    'A Ledger is connected ({path}), but you may not open it: the udev rule is missing.',
    'Copy resources/udev/70-countersign-ledger.rules to /etc/udev/rules.d, run "sudo udevadm control --reload && sudo udevadm trigger", then plug the Ledger in again.',
    'not-sent',
    'noDevice',
  ),
  'device.libraryMissing': entry(
    'USB access is not available on this machine: {detail}',
    'On Debian: "apt-get install libusb-1.0-0 libudev1". Then try again.',
    'not-sent',
    'noDevice',
  ),
  'device.unplugged': entry(
    'The Ledger was unplugged. Nothing was signed.',
    'Plug it in, unlock it, open the Ethereum app, and sign again: the prepared request is kept.',
    'not-sent',
    'noDevice',
  ),
  'device.unreachable': entry(
    'The device at {address} cannot be reached: {detail}',
    'Check the address given with --device.',
    'not-sent',
    'noDevice',
  ),
  'device.inUse': entry(
    'The Ledger is in use by another program or by another window of Countersign.',
    'Close Ledger Wallet and other wallets, virtual machines and browser tabs that use the Ledger, then try again.',
    'not-sent',
    'noDevice',
  ),
  'device.busy': entry(
    'The Ledger is busy with another question.',
    'Answer the question on the device, then try again.',
    'not-sent',
    'locked',
  ),
  'device.locked': entry(
    'The Ledger is locked.',
    'Enter the PIN on the device, then try again: the prepared request is kept.',
    'not-sent',
    'locked',
  ),
  'device.timeout': entry(
    'Nobody answered on the device within {seconds} s. Nothing was signed.',
    'Reject what is still on its screen, then sign again: the prepared request is kept.',
    'not-sent',
    'locked',
  ),
  'device.silent': entry(
    'The Ledger stopped answering: for {seconds} s it said nothing to something that needs no person. Nothing was signed.',
    'Unplug it, plug it in again, open the Ethereum app, then sign again: the prepared request is kept.',
    'not-sent',
    'noDevice',
  ),
  'device.wrongApp': entry(
    'The Ledger has {app} open, not the Ethereum app.',
    'Close it and open the Ethereum app on the device, then try again.',
    'not-sent',
    'wrongApp',
  ),
  'device.noApp': entry(
    'The Ledger shows its home screen: no app is open.',
    'Open the Ethereum app on the device, then try again.',
    'not-sent',
    'wrongApp',
  ),
  'device.appTooOld': entry(
    'The Ethereum app on the Ledger is version {version}; {minimum} or newer is needed.',
    'Update the Ethereum app with Ledger Wallet.',
    'not-sent',
    'settings',
  ),
  'device.closed': entry(
    'The connection to the Ledger was closed. Nothing was signed.',
    'Connect to the Ledger again and try again: the prepared request is kept.',
    'not-sent',
    'noDevice',
  ),
  'device.modelTooOld': entry(
    'This is a first Nano S: its Ethereum app (version {version}) gets no more updates, and {minimum} or newer is needed.',
    'Use a newer Ledger with the same recovery phrase, or another signer.',
    'not-sent',
    'settings',
  ),
  'device.tooLarge': entry(
    'This is too long for the memory of the Ledger. Nothing was signed.',
    'This payload needs to be made shorter.',
  ),
  'device.settingOff': entry(
    'The Ledger refuses typed data, because a setting of its Ethereum app is off.',
    '{advice}',
    'not-sent',
    'settings',
  ),
  'device.rejected': entry(
    'You rejected it on the Ledger. Nothing was signed.',
    'Sign again if that was not meant; otherwise leave the request: it stays unsent.',
    'not-sent',
    'rejected',
  ),
  'device.badPath': entry(
    'The derivation path {path} is not one that the Ethereum app signs with.',
    "Use a path that begins with 44'/60', for example 44'/60'/0'/0/0.",
  ),
  'device.cannotSign': entry(
    'This cannot be signed on a Ledger: {detail}',
    'Nothing was sent to the device. This payload needs to be built differently.',
  ),
  'device.badSignature': entry(
    'The Ledger returned a signature that is not right: {detail}. It was thrown away.',
    'Sign again. If it happens again, update the Ethereum app and do not use this device until you know why.',
  ),
  'device.refused': entry(
    'The Ledger refused with status 0x{status}.',
    'Close and open the Ethereum app on the device, then try again: the prepared request is kept.',
    'not-sent',
    'settings',
  ),
  'device.protocol': entry(
    'The Ledger gave an answer that makes no sense here: {detail}',
    'Unplug it, plug it in, open the Ethereum app and try again.',
    'not-sent',
    'noDevice',
  ),

  // The venue, before anything that changes it was sent
  'venue.hostNotAllowed': entry(
    '{host} is not the configured host of {venue}. Nothing was sent.',
    'Check the address of the venue in the settings.',
  ),
  'venue.unreachable': entry(
    '{venue} cannot be reached: {detail}',
    'Check the connection and try again. Reading changes nothing.',
  ),
  'venue.readFailed': entry(
    '{venue} did not give a usable answer: {detail}',
    'Try again. Reading changes nothing.',
  ),
  'venue.badAnswer': entry(
    '{venue} answered something that does not fit its protocol: {detail}',
    'Nothing was changed by reading. If it goes on, stop and ask the venue.',
  ),
  'venue.apiKeyMissing': entry('{venue} needs an API key.', 'Put it in the environment variable {variable}.'),
  'venue.keyRefused': entry(
    '{venue} did not take the API key: {detail}',
    'Test the key with "countersign keys test". Nothing was changed by reading.',
  ),
  'venue.leverageNotShown': entry(
    '{venue} does not show the leverage of {market}: {detail}',
    "Set it once on the venue's own page, then prepare again: nothing is changed whose present value is not known.",
  ),
  'venue.readDenied': entry(
    '{venue} does not show this account to its signer: {detail}',
    'Check the account. Where the signature for reading may be the reason, run "countersign accounts permit-reading" again.',
  ),
  'venue.readPermitMissing': entry(
    '{venue} shows an account only against a signature of its signer, and {detail}',
    'Run "countersign accounts permit-reading" for {account}: the Ledger signs that reading once, for a day. It changes nothing.',
  ),
  'venue.readPermitNeedless': entry(
    '{venue} shows its accounts without a signature.',
    'Nothing needs to be permitted for {account}.',
  ),
  'venue.refusedToPrepare': entry(
    '{venue} refused to prepare the change: {detail}',
    'Nothing was signed. Correct what it names and prepare again.',
  ),

  // The answer to a submission
  'answer.notSent': entry(
    'The change was not sent: {detail} It did not leave this machine.',
    'Check the connection, then prepare the change again.',
  ),
  'answer.refused': entry(
    'The venue refused the change: {detail}',
    'Nothing was changed. Correct what it names and prepare again.',
    'sent',
  ),
  'answer.signerUnknown': entry(
    'The venue does not know the signer {detail}. Nothing was changed.',
    'Check that the account was funded once and that this address may sign for it.',
    'sent',
  ),
  'answer.unknown': entry(
    'We do not know yet whether the change was applied: {detail}',
    'Do not send it again. Run "countersign reconcile {request}": it reads the venue and settles it.',
    'unknown',
    'unknown',
  ),
  'answer.notProven': entry(
    'The venue said ok, but reading it again shows {actual} instead of {expected}.',
    'Look at the account at the venue before you do anything else. "countersign reconcile {request}" reads it again.',
    'unknown',
    'unknown',
  ),
  'answer.refusalUnproven': entry(
    'The venue refused the change: {detail} But reading it shows {actual}, not {expected} as before, so we do not know yet whether anything was changed.',
    'Do not send it again. Run "countersign reconcile {request}": it reads the venue and settles it.',
    'unknown',
    'unknown',
  ),
  'answer.appliedAfterRefusal': entry(
    'The venue refused the change, but it shows {actual} now, as was asked for: the change is in force. It had answered: {detail}',
    'Do not send it again. If somebody else may have set {actual} as well, ask them; otherwise tell the venue that it refused what it applied.',
    'sent',
  ),
  'answer.otherRequest': entry(
    'The venue shows {actual}, but the request {other} sets that as well: reading cannot tell which of the two it comes from.',
    'Do not send it again. Look at "countersign show {other}" and at the account at the venue.',
    'unknown',
    'unknown',
  ),
  'answer.stillRefused': entry(
    'The change was refused, or found not applied, while the venue showed {expected}. It shows {actual} now.',
    'Nothing is left to do for this request. Prepare a new one if the change is still wanted.',
    'sent',
  ),
  'answer.notApplied': entry(
    'The change was not applied. {detail}',
    'Prepare it again if it is still wanted.',
    'sent',
  ),
  'answer.changedSince': entry(
    'The venue shows {actual}, neither the old nor the new value, and since {at} nobody can apply the request any more; but whether it was, and was changed again since, the venue does not tell.',
    'Look at the account at the venue. Another change of this market can be prepared now.',
    'unknown',
    'unknown',
  ),
  'answer.stillUnknown': entry(
    'Still not settled: the venue shows {actual}, and the request could still be applied until {until}.',
    'Wait until then and reconcile again. Do not prepare another change of this market before.',
    'unknown',
    'unknown',
  ),

  // The answer to the registration of an API key
  'answer.keyRefused': entry(
    'The venue refused to register the API key: {detail}',
    'Nothing was registered. Correct what it names and register the key again.',
    'sent',
  ),
  'answer.keyUnknown': entry(
    'We do not know yet whether the API key {keyId} was registered: {detail}',
    'Look at the keys of the account at the venue. Registering the same key once more does no harm.',
    'unknown',
    'unknown',
  ),

  // Making a signed request unusable
  'revoke.unknown': entry(
    'We do not know yet whether the request {request} is revoked: {detail}',
    'Run "countersign revoke {request}" again: what was signed is sent once more where that changes nothing. The request itself is not sent from here.',
    'unknown',
    'unknown',
  ),
  'revoke.refused': entry(
    'The venue did not take the revocation of {request}: {detail}',
    'Correct what it names and run "countersign revoke {request}" again. The request itself is not sent from here.',
    'unknown',
  ),
  'revoke.nonceUsed': entry(
    'The nonce of {request} was used already, and the venue shows {actual}: somebody else may have used the signed request.',
    'Look at the account at the venue, and find out who else could have the signature.',
    'unknown',
    'unknown',
  ),
  'revoke.needless': entry('Nothing needs revoking at {venue}: {detail}', '{advice}'),
  'revoke.changed': entry(
    '{market} is at {actual} now, and revoking {request} would set it to {planned}: it was not sent.',
    'Look at the preview of revoking again. Where it was signed already, wait: from {until} on nobody can use the request any more.',
  ),
  'revoke.setBack': entry(
    '{market} was at {previous} when the revocation came, and is at {actual} now: the request was applied just before, or somebody else made a change.',
    'By its documentation the venue takes the request no more. Look at the account at the venue, and prepare what is still wanted.',
    'sent',
  ),

  // What is kept
  'store.unusable': entry(
    'The database {path} cannot be used: {detail}',
    'Nothing was sent. Check the disk and your rights; restore a backup if the file is damaged.',
  ),
  'store.lost': entry(
    'The database {path} is lost, and no empty one is made in its place: {detail}',
    'Nothing was sent. Restore a backup.',
  ),
  'store.older': entry(
    'The database {path} is an older copy, or another one, than was here before: {detail}',
    'Nothing was sent, and nothing was changed. Put the newer database back if you have it. To go on with this one: "countersign restore {path} --yes". What was open in it is then frozen until the venue was read, so that nothing is sent a second time. {head} beside it says what was here.',
  ),
  'store.accountAltered': entry(
    'The stored account {account} is not what was added: its {field} is another than its history says. The Ledger was not asked, and nothing was sent.',
    'Somebody may have changed the database. Do not sign or send anything from it. Keep a copy of it, and run "countersign history verify" on it.',
  ),
  'store.newer': entry(
    'The database {path} was written by a newer Countersign (schema {found}; this one knows {known}).',
    'Update Countersign.',
  ),
  'store.practiceMixed': entry(
    '{path} holds {found} data, and {asked} data was asked for.',
    'Use another folder: practice and real data are never mixed.',
  ),
  'store.busy': entry(
    'Another Countersign has been writing to {path} for more than {seconds} s.',
    'Nothing was sent. Close the other one, or wait, then try again.',
  ),
  'store.notRecorded': entry(
    'What came of the request {request} could not be written to {path}: {detail}',
    'Do not send it again. Free the disk or close the other Countersign, then run "countersign reconcile {request}".',
    'unknown',
    'unknown',
  ),
  'store.notEmpty': entry(
    '{path} holds {rows} rows already, and a history is imported into an empty desk only.',
    'Name an empty folder with --data, or look at the history with "countersign history verify FILE".',
  ),
  'store.unconfirmed': entry(
    'Restoring puts a backup in the place of this desk, so it must be confirmed, and no Ledger is connected. Nothing was changed, and nothing was sent.',
    'Connect the Ledger of one of its accounts, unlock it and open its Ethereum app. Without it, give the passphrase that seals its API keys.',
  ),
  'store.loses': entry(
    'Nothing was restored, because it would lose what is there now. {list}',
    'Nothing was changed. Read what is lost and look at the venue. To restore all the same, add --yes: the database that is there is kept beside it.',
  ),
  'store.usableSignatures': entry(
    'The copy would hold signatures that could still be used by whoever gets it: {list}.',
    'No copy was made. Wait until then, or revoke them. A backup beside the database holds everything and stays on this machine: "countersign backup" without a file. To let the signatures leave, add --with-usable-signatures.',
  ),
  'store.inUse': entry(
    '{path} is open in another Countersign. Nothing was changed.',
    'Close every desk and command that uses it, then try again.',
  ),
  'store.exists': entry(
    '{path} is there already, and nothing is overwritten.',
    'Choose another name, or move what is there away first.',
  ),
  'desk.lost': entry(
    'The desk did not answer: {detail}',
    'What was begun may have been done. Wait until the desk is back: this page then shows how it stands.',
    'unknown',
    'unknown',
  ),
  'history.broken': entry(
    'The history does not verify: row {row}: {detail} It looks like {change}.',
    'Keep a copy of this file. Compare it with an earlier export to see what was changed.',
  ),
  'history.badHead': entry(
    'This is not a head that can be used: {detail}',
    'Give a file that "countersign history head" or an export wrote, as it was written.',
  ),
  'history.rowAltered': entry(
    'No head is signed and nothing is exported, because row {row} of the history ({kind}) does not verify. Nothing was sent.',
    'Keep a copy of the database and run "countersign history verify" on it. Compare it with an earlier export.',
  ),
  'history.headDiffers': entry(
    'No head is signed, because the history no longer is what its head of {size} rows says.',
    'Keep a copy of the database and run "countersign history verify" on it. Compare it with an earlier export.',
  ),
  'history.headSigned': entry(
    'A Ledger signed the head of {size} rows already ({signer}). Its signature stays.',
    'Nothing is to be done: the next head can be signed once the history has another row.',
  ),
  'history.keyUnusable': entry(
    'The key that signs heads cannot be used: {path}: {detail}',
    'No head was signed. If others could read the key, move it away: a new one is made. Earlier heads stay valid.',
  ),
  'history.noRow': entry(
    'The history has no row {row}: it has {count}.',
    'Give the number of a row, as "countersign history" lists them.',
  ),
} as const satisfies Record<string, Entry>

/** Code of an expected failure. */
export type ErrorCode = keyof typeof catalogue

/** Values that stand in a failure's sentence and next step. */
export type FailureValues = Readonly<Record<string, string | number>>

/** An expected failure, ready to be shown or to cross a process border. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly next: string
  readonly outcome: OutcomeClaim
  /** Path of the field that is to blame, such as `action.leverage`. */
  readonly field?: string
}

/** A value, or the expected failure that stands in its place. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure }

const put = (text: string, values: FailureValues): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? visibleText(String(values[name])) : whole,
  )

const quoted = (values: FailureValues): FailureValues =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shellWords([String(value)])]))

/** Puts values into a text; those within a command that it advises as they are typed into a shell. */
const fill = (text: string, values: FailureValues): string =>
  text.replace(/"countersign [^"]*"|\{\w+\}/g, (part) =>
    put(part, part.startsWith('"') ? quoted(values) : values),
  )

/** Makes a failure of the catalogue; `values.field` is also kept as the failure's field. */
export function failure(code: ErrorCode, values: FailureValues = {}): Failure {
  const { sentence, next, outcome } = catalogue[code]
  return {
    code,
    message: fill(sentence, values),
    next: fill(next, values),
    outcome,
    ...(values['field'] === undefined ? {} : { field: String(values['field']) }),
  }
}

/** A result that is a value. */
export const ok = <T>(value: T): Result<T> => ({ ok: true, value })

/** A result that is a failure of the catalogue. */
export const fail = (
  code: ErrorCode,
  values: FailureValues = {},
): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error: failure(code, values),
})

/** The command line's exit code for a failure. */
export const exitCodeOf = (code: ErrorCode): number => exitCodes[catalogue[code].exit]

/** Whether a desk that cannot be opened has lost its database or has a damaged one, so that a backup can be offered. */
export const needsRecovery = ({ code }: Failure): boolean =>
  code === 'store.lost' || code === 'store.unusable' || code === 'store.older'
