// The awareness of @y/websocket-server.
import { createServer } from 'node:http';
import { setupWSConnection } from '@y/websocket-server/utils';
import { WebSocketServer } from 'ws';
import { listen } from './listen.js';

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', setupWSConnection);
listen(server, 'y-websocket');
