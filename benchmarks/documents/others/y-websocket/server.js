// The server of y-websocket with documents in memory, as its own program sets it up.
import http from 'node:http';
import { setupWSConnection } from '@y/websocket-server/utils';
import WebSocket from 'ws';

const server = http.createServer();
new WebSocket.Server({ server, perMessageDeflate: false }).on('connection', setupWSConnection);
server.listen(0, '127.0.0.1', () => {
  console.log(`y-websocket listens on 127.0.0.1:${server.address().port}`);
});
process.on('SIGTERM', () => process.exit(0));
