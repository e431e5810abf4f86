// The answers to requests of the bridge.
import type { EditorAnswers, EditorRequests } from "@peerline/ui/generated/protocol";

/** The answer to each request of the bridge. */
export type RequestHandlers = {
  readonly [Method in keyof EditorRequests]: (
    params: EditorRequests[Method],
  ) => Promise<EditorAnswers[Method]>;
};
