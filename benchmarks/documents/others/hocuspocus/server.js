// Hocuspocus with documents in memory.
import { Server } from '@hocuspocus/server';

const server = new Server({ address: '127.0.0.1', quiet: true, stopOnSignals: false });
server.configuration.port = 0;
await server.listen();
console.log(`hocuspocus listens on 127.0.0.1:${server.address.port}`);
process.on('SIGTERM', () => process.exit(0));
