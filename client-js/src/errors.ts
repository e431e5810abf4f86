// The client's errors.
//
// ClientError
// ├── RequestRefused      the server said no, and why: nothing was changed
// ├── RequestUnsettled    it may have had its effect, or may still have it
// │   ├── RequestTimeout  no answer came in time
// │   └── OutcomeUnknown  the server itself does not know: its disk failed
// ├── DocumentError       of a shared document
// │   ├── DocumentNotOpen   closed, detached, or its text is not there yet
// │   ├── DocumentReadOnly  a viewer has no edits
// │   └── EditRefused       the text would be too large, or too much waits: nothing was changed
// ├── TooManyRequests     too many requests wait for an answer
// └── NotConnected        the client was closed; a request on its way may have its effect
import type { ClientMessage, ErrorCode } from "./generated/protocol.ts";

/** Any error of this package. */
export class ClientError extends Error {
  override name = "ClientError";
}

/** The server refused a request. */
export class RequestRefused extends ClientError {
  override name = "RequestRefused";
  readonly code: ErrorCode;
  /** Seconds after which it may be tried again. */
  readonly retryAfter: number | undefined;
  /** With DOCUMENT_EXISTS the shared document that the file is already. */
  readonly documentId: string | undefined;

  constructor(code: ErrorCode, text: string, retryAfter?: number, documentId?: string) {
    super(text);
    this.code = code;
    this.retryAfter = retryAfter;
    this.documentId = documentId;
  }
}

/**
 * Whether a request had its effect is not known here, or not yet.
 *
 * `Client.outcome(error.requestId)` finds out, and so does `Client.request(error.request)`: both
 * send the same request with the same id, which has one effect.
 */
export class RequestUnsettled extends ClientError {
  override name = "RequestUnsettled";
  /** The request as it was sent, with its `request_id`. */
  readonly request: ClientMessage;

  constructor(text: string, request: ClientMessage) {
    super(text);
    this.request = request;
  }

  /** The id of the request. */
  get requestId(): string {
    return this.request.request_id ?? "";
  }
}

/** No answer came in time, as when the server's disk is slow; it may still be carried out. */
export class RequestTimeout extends RequestUnsettled {
  override name = "RequestTimeout";
}

/** The server's disk failed while it wrote the request: it may have been written or not. */
export class OutcomeUnknown extends RequestUnsettled {
  override name = "OutcomeUnknown";
}

/** An error of a shared document. */
export class DocumentError extends ClientError {
  override name = "DocumentError";
}

/** The document is closed or detached, or its text is not there yet. */
export class DocumentNotOpen extends DocumentError {
  override name = "DocumentNotOpen";
}

/** The user may read the document only. */
export class DocumentReadOnly extends DocumentError {
  override name = "DocumentReadOnly";
}

/** An edit that would make the text, or what waits for the server, too large; nothing was changed. */
export class EditRefused extends DocumentError {
  override name = "EditRefused";
}

/** Too many requests wait for an answer. */
export class TooManyRequests extends ClientError {
  override name = "TooManyRequests";
}

/** The client was closed before the answer came. */
export class NotConnected extends ClientError {
  override name = "NotConnected";
  /** The request that was on its way, and may have its effect. */
  readonly request: ClientMessage | undefined;

  constructor(text: string, request?: ClientMessage) {
    super(text);
    this.request = request;
  }
}
