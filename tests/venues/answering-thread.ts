/**
 * A venue in a thread of its own, which answers while the event loop of the test stands still. `seen` in the shared memory
 * has three numbers: 1 once a request is there and 2 once its answer was handed to the network; 1 once it may be answered;
 * and the port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { workerData } from 'node:worker_threads'

const { shared, size } = workerData as { readonly shared: SharedArrayBuffer; readonly size: number }
const seen = new Int32Array(shared)

const tell = (value: number): void => {
  Atomics.store(seen, 0, value)
  Atomics.notify(seen, 0)
}

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    tell(1)
    // Not before the test has stopped looking: only then does it matter when the answer came.
    Atomics.wait(seen, 1, 0, 60_000)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`"${'x'.repeat(size)}"`, () => tell(2))
  })
})

server.listen(0, '127.0.0.1', () => {
  Atomics.store(seen, 2, (server.address() as AddressInfo).port)
})
