// A relay on `ws`: rooms by path, JSON parsed and written anew, sent to everybody else.
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { listen } from './listen.js';

const rooms = new Map();
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
  const room = rooms.get(request.url) ?? new Set();
  rooms.set(request.url, room.add(socket));
  socket.send('{"type":"connected"}');
  socket.on('message', (data) => {
    const text = JSON.stringify(JSON.parse(data));
    for (const peer of room) {
      if (peer !== socket && peer.readyState === WebSocket.OPEN) peer.send(text);
    }
  });
  socket.on('close', () => room.delete(socket));
});
listen(server, 'ws');
