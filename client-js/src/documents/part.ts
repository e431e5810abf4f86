// Adds the shared documents to a client.
import type { SessionClient } from "../sessionClient.ts";
import { Documents } from "./service.ts";

/** The shared documents of a client that has none yet: a page loads them when it needs them. */
export function documentsOf(client: SessionClient): Documents {
  return client.add(
    ({ sessionId, client: asker, replica, environment, write, fault }) =>
      new Documents(sessionId, asker, replica, environment, { write, fault }),
  );
}
