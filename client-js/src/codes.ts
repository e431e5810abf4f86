// The error codes and close codes: whether a client may try again. Pure.
import { CLOSE_CODE_FOR_ERROR, ENDS, FINAL_CLOSE_CODES, RETRIABLE } from "./generated/codes.ts";
import type { ErrorCode } from "./generated/protocol.ts";

/** Whether the same request may succeed later without being changed. */
export function mayRetry(code: ErrorCode): boolean {
  return RETRIABLE.includes(code);
}

/** Whether a user whose session ended with this code may be able to join it again. */
export function mayRejoin(code: ErrorCode): boolean {
  return !ENDS.includes(code);
}

/** Whether a client may come back after its socket was closed with this code. */
export function mayReconnect(closeCode: number): boolean {
  return closeCode < FINAL_CLOSE_CODES[0] || closeCode > FINAL_CLOSE_CODES[1];
}

/** The code of an error that a server closes the socket with this code after. */
export function errorOfClose(closeCode: number): ErrorCode | undefined {
  const codes = Object.entries(CLOSE_CODE_FOR_ERROR) as [ErrorCode, number][];
  return codes.findLast(([, close]) => close === closeCode)?.[0];
}
