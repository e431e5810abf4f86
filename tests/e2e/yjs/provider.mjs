// A stock provider of y-websocket, driven by lines of JSON: commands come in, what happens goes out.
import { createInterface } from "node:readline";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

const { url, room, params, protocols, maxBackoffTime = 2500 } = JSON.parse(process.argv[2]);

let connections = 0;
class CountingSocket extends WebSocket {
  constructor(...given) {
    super(...given);
    connections += 1;
  }
}

function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

console.warn = () => {};
const doc = new Y.Doc();
const text = doc.getText("text");
const provider = new WebsocketProvider(url, room, doc, {
  params,
  protocols,
  WebSocketPolyfill: CountingSocket,
  disableBc: true,
  maxBackoffTime,
});
const undo = new Y.UndoManager(text, { captureTimeout: 0 });

provider.on("sync", (synced) => tell({ event: "sync", synced }));
provider.on("connection-close", (event) => tell({ event: "closed", code: event?.code ?? null }));
provider.awareness.on("change", () => {
  const states = [...provider.awareness.getStates()].filter(([id]) => id !== doc.clientID);
  tell({ event: "awareness", states: Object.fromEntries(states) });
});
text.observe(() => tell({ event: "text", text: text.toString() }));

function place(number) {
  const points = [...text.toString()];
  return points.slice(0, number % (points.length + 1)).join("").length;
}

function removing(change) {
  const before = [...text.toString()];
  change();
  const now = new Set(text.toString());
  tell({ event: "removed", text: before.filter((point) => !now.has(point)).join("") });
}

const commands = {
  insert: ({ at, text: inserted }) => text.insert(at, inserted),
  fill: ({ at, text: piece, length }) =>
    text.insert(at, piece.repeat(Math.ceil(length / piece.length)).slice(0, length)),
  // Types until the provider is refused, so that it cannot know what happens meanwhile.
  type: ({ pause }) => {
    const typing = setInterval(() => text.insert(0, "x"), pause);
    provider.on("connection-close", (event) => {
      if (event?.code === 4403) clearInterval(typing);
    });
  },
  delete: ({ at, length }) => text.delete(at, length),
  // Where and how much is counted in code points, around the end of the text; what goes is told.
  write: ({ at, text: inserted }) => text.insert(place(at), inserted),
  erase: ({ at, length }) =>
    removing(() => {
      const rest = text.toString().slice(place(at));
      text.delete(place(at), [...rest].slice(0, length).join("").length);
    }),
  undo: () => removing(() => undo.undo()),
  cursor: ({ anchor, head }) =>
    provider.awareness.setLocalStateField("cursor", {
      anchor: Y.createRelativePositionFromTypeIndex(text, anchor),
      head: Y.createRelativePositionFromTypeIndex(text, head),
    }),
  user: ({ user }) => provider.awareness.setLocalStateField("user", user),
  place: ({ cursor }) =>
    tell({
      event: "place",
      index: Y.createAbsolutePositionFromRelativePosition(
        Y.createRelativePositionFromJSON(cursor),
        doc,
      )?.index,
    }),
  url: ({ url: other }) => {
    provider.serverUrl = other;
  },
  disconnect: () => provider.disconnect(),
  connect: () => provider.connect(),
  state: () => tell({ event: "state", text: text.toString(), connections, client: doc.clientID }),
  stop: () => process.exit(0),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  commands[command.do](command);
}
process.exit(0);
