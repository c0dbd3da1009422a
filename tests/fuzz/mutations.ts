/** One small change in a signed request or its signature, thousands of times; none may be taken for the signed one. */
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import { readSignatureHex, recoverAddress } from '../../shared/signature.ts'
import { sampleRequest, sampleSignature } from './sample.ts'

/** A generator that gives the same numbers for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree }
type Next = (below: number) => number

/** Another character in a place; never only another case, which addresses do not tell apart. */
function otherText(text: string, next: Next): string {
  if (text === '') return 'x'
  const at = next(text.length)
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) + 1) + text.slice(at + 1)
}

function otherValue(value: Tree, next: Next): Tree {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + (next(2) === 0 ? 1 : -1)
  if (typeof value === 'string') return otherText(value, next)
  return value === null ? 1 : null
}

/** Changes, drops or adds one member somewhere in an object. */
function mutate(tree: { [key: string]: Tree }, next: Next): void {
  const keys = Object.keys(tree)
  const key = keys[next(keys.length)] ?? ''
  const child = tree[key]
  if (typeof child === 'object' && child !== null && !Array.isArray(child) && next(8) > 0)
    return mutate(child, next)
  const how = next(10)
  if (how === 0) delete tree[key]
  else if (how === 1) tree[`${key}x`] = child ?? null
  else tree[key] = otherValue(child ?? null, next)
}

/** Whether the desk would send this. */
export function accepted(request: unknown, signature: string): boolean {
  const read = readPreparedRequest(request, 'R')
  const signed = readSignatureHex(signature)
  if (!read.ok || !signed.ok) return false
  return recoverAddress(read.value.digests.digest, signed.value) === read.value.signer.address
}

/** Makes `count` mutations and gives those that were accepted, as text: none. */
export function acceptedMutations(count: number, seed = 1): readonly string[] {
  const next = numbers(seed)
  const original = JSON.stringify(sampleRequest)
  const taken: string[] = []
  for (let made = 0; made < count; made += 1) {
    const request = JSON.parse(original) as { [key: string]: Tree }
    const ofSignature = next(4) === 0
    const signature = ofSignature ? otherText(sampleSignature, next) : sampleSignature
    if (!ofSignature) mutate(request, next)
    if (accepted(request, signature)) taken.push(`${JSON.stringify(request)} ${signature}`)
  }
  return taken
}
