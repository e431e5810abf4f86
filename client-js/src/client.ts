// A client with everything: the session, and its shared documents.
import { documentsOf } from "./documents/part.ts";
import type { Documents } from "./documents/service.ts";
import { SessionClient } from "./sessionClient.ts";

/** A participant's connection to a session, which reconnects automatically. */
export class Client extends SessionClient {
  readonly documents: Documents = documentsOf(this);
}
