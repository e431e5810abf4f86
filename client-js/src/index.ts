// A participant of a Peerline session: the package's interface.
export { Client } from "./client.ts";
export * from "./documents/index.ts";
export * from "./session.ts";
