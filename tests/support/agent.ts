/** What the tests of the device layer have signed: a Hyperliquid Agent, as its leverage changes are signed. */
import type { TypedData } from '../../shared/eip712/typed-data.ts'

/** A Hyperliquid Agent with a chosen connectionId. */
export const agent: TypedData = {
  domain: {
    name: 'Exchange',
    version: '1',
    chainId: 1337,
    verifyingContract: '0x0000000000000000000000000000000000000000',
  },
  types: {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
    ],
    Agent: [
      { name: 'source', type: 'string' },
      { name: 'connectionId', type: 'bytes32' },
    ],
  },
  primaryType: 'Agent',
  message: {
    source: 'a',
    connectionId: '0x8f2c1d3e4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
  },
}
