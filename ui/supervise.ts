// The one way to run work that nobody awaits: what it throws is logged, and the user is told.

/** The receiver of failures. */
export interface Reporter {
  /** One entry of the log. */
  log(text: string): void;
  /** A message for the user, about the first failure of a task. */
  tell(text: string): void;
}

/** Failures of this kind are answers, not faults: they are logged by their code. */
export interface Refusal {
  readonly isRefusal: true;
  readonly code: string;
}

const MAX_FRAMES = 12;

/** Runs tasks that nobody awaits; one that fails stops no other. */
export class Supervisor {
  readonly #told = new Set<string>();
  #reporter: Reporter | undefined;

  /** Set the receiver of failures from now on. */
  reportTo(reporter: Reporter): void {
    this.#reporter = reporter;
    this.#told.clear();
  }

  /** Run a task, of which `name` says what it does; never throws. */
  readonly run = (name: string, work: () => unknown): void => {
    try {
      const result = work();
      if (isThenable(result)) {
        result.then(undefined, (error: unknown) => this.failed(name, error));
      }
    } catch (error) {
      this.failed(name, error);
    }
  };

  /** The function under supervision, for events. */
  readonly guard =
    <Arguments extends unknown[]>(name: string, handler: (...args: Arguments) => unknown) =>
    (...args: Arguments): void =>
      this.run(name, () => handler(...args));

  /** Have a supervised listener called by an event of VS Code. */
  readonly listen = <T, Registration>(
    event: (listener: (value: T) => void) => Registration,
    name: string,
    handler: (value: T) => unknown,
  ): Registration => event(this.guard(name, handler));

  /** A task has failed; the first time the user is told, too. */
  readonly failed = (name: string, error: unknown): void => {
    this.#reporter?.log(failureText(name, error));
    if (!isRefusal(error) && !this.#told.has(name)) {
      this.#told.add(name);
      this.#reporter?.tell(`Something went wrong in Peerline (${name}). The log has the details.`);
    }
  };
}

/** The name, the kind of the failure and where it was; its message may hold what somebody wrote. */
export function failureText(name: string, error: unknown): string {
  if (isRefusal(error)) {
    return `${name}: ${error.code}`;
  }
  const kind = error instanceof Error ? error.name : typeof error;
  const code =
    error instanceof Error && "code" in error && /^[\w-]{1,40}$/.test(String(error.code))
      ? ` ${String(error.code)}`
      : "";
  const stack = (error instanceof Error && error.stack) || "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return [`${name} failed: ${kind}${code}`, ...frames.slice(0, MAX_FRAMES)].join("\n");
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

function isRefusal(error: unknown): error is Refusal {
  return typeof error === "object" && error !== null && "isRefusal" in error;
}

/** The extension's own. */
export const supervisor = new Supervisor();
export const { run, guard, listen, failed } = supervisor;
