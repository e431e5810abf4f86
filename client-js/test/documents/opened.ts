// An opened document for tests, with the server's text.
import * as Y from "yjs";
import { OpenedDocument } from "../../src/documents/opened.ts";
import { DocumentReplica } from "../../src/documents/replica.ts";

/** A document of this text, opened and equal to the server's. */
export function opened(text: string, documentId = "d1") {
  let asked = 0;
  const replica = new DocumentReplica(
    documentId,
    {
      ask: () => {
        asked += 1;
        return `r${asked}`;
      },
      send: () => {},
      close: () => {},
      now: () => 0,
      wake: () => {},
      newClientId: () => 1000 + asked,
    },
    { onChange: () => {}, onDiscarded: () => {} },
  );
  const open = (generation: string, content: string) => {
    const doc = new Y.Doc();
    doc.clientID = 5; // the same in each, as a server may have it
    doc.getText("text").insert(0, content);
    replica.opened({
      ...{ type: "document_opened", session_id: "s", request_id: `r${asked}` },
      ...{ document_id: documentId, generation, channel: asked, client_id: 7, clock: 0 },
      can_edit: true,
    });
    replica.receive({ kind: "syncStep2", update: Y.encodeStateAsUpdate(doc) });
  };
  replica.joined("g1");
  open("g1", text);
  const document = new OpenedDocument(
    replica,
    async () => true,
    () => {},
  );
  return { document, replica };
}
