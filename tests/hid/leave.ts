/** Run by guest.ts: starts a signature and leaves the process while the device asks. */
import { hidSource } from '../../electron/device/hid.ts'
import { firstPath } from '../../electron/device/path.ts'
import { findByAddress } from '../../electron/device/select.ts'
import { agent } from '../support/agent.ts'
import { addresses, askHost } from './scene.ts'

const found = await findByAddress(hidSource(), firstPath, addresses[0])
if (!found.ok) throw new Error(found.error.message)
void found.value.signTypedData(firstPath, agent, addresses[0])
await askHost(1, 'wait')
process.stdout.write('leaving\n', () => process.exit(3))
