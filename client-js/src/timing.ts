// The time-outs and waits of a client, in seconds.
import {
  BACKOFF_BASE_SECONDS,
  BACKOFF_CAP_SECONDS,
  CONNECT_SECONDS,
  JOIN_SECONDS,
  LEAVE_SECONDS,
  REQUEST_SECONDS,
} from "./generated/codes.ts";

/** The time-outs and waits of a client, in seconds. */
export interface Timing {
  readonly connect: number;
  readonly join: number;
  readonly request: number;
  readonly leave: number;
  /** Without a word of the server, it is asked whether it is there. */
  readonly silence: number;
  /** The time it has to answer that. */
  readonly answer: number;
  readonly backoffBase: number;
  readonly backoffCap: number;
}

/** The values of a client that is given no others. */
export const TIMING: Timing = {
  connect: CONNECT_SECONDS,
  join: JOIN_SECONDS,
  request: REQUEST_SECONDS,
  leave: LEAVE_SECONDS,
  silence: 30,
  answer: 20,
  backoffBase: BACKOFF_BASE_SECONDS,
  backoffCap: BACKOFF_CAP_SECONDS,
};
