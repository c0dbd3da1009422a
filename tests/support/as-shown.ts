/** Signing and sending as a person does it who was shown the request as it is stored. */
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { sign as signDigest } from '../../electron/desk/sign.ts'
import { submit as submitDigest } from '../../electron/desk/submit.ts'

const shown = async ({ store }: DeskPorts, id: string): Promise<string> => {
  const stored = await store.requests.get(id)
  return stored.ok ? stored.value.digest : ''
}

/** Has the request signed that is stored now. */
export const sign: (ports: DeskPorts, id: string) => ReturnType<typeof signDigest> = async (ports, id) =>
  signDigest(ports, id, await shown(ports, id))

/** Sends the request that is stored now. */
export const submit: (ports: DeskPorts, id: string) => ReturnType<typeof submitDigest> = async (ports, id) =>
  submitDigest(ports, id, await shown(ports, id))
