// Edits that wait for the server, as a tab keeps them until it can send them. Pure.

/** The edits of a document. */
export interface Waiting {
  readonly file: string;
  /** In Base64. */
  readonly bytes: string;
}

/** The edits that a tab has kept, by the ids of their documents; what makes no sense is left out. */
export function waitingIn(text: string | undefined): Record<string, Waiting> {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "{}");
  } catch {
    value = undefined;
  }
  return Object.fromEntries(Object.entries(value ?? {}).filter(isWaiting));
}

function isWaiting(entry: [string, unknown]): entry is [string, Waiting] {
  const { file, bytes } = (entry[1] ?? {}) as Partial<Record<keyof Waiting, unknown>>;
  return typeof file === "string" && typeof bytes === "string";
}
