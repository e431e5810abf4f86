// The time-outs and waits of a client, in seconds.

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
  connect: 10,
  join: 10,
  request: 30,
  leave: 2,
  silence: 30,
  answer: 20,
  backoffBase: 0.5,
  backoffCap: 30,
};
