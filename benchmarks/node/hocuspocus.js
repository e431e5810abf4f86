// The awareness of Hocuspocus.
import { createServer } from 'node:http';
import { Hocuspocus } from '@hocuspocus/server';
import { WebSocketServer } from 'ws';
import { listen } from './listen.js';

const hocuspocus = new Hocuspocus({ quiet: true });
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
  hocuspocus.handleConnection(socket, request);
});
listen(server, 'hocuspocus');
