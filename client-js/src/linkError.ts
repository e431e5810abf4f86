// The error of links and addresses that cannot be used.

/** A link that cannot be used; the text says why and never repeats the invite. */
export class LinkError extends Error {
  override readonly name = "LinkError";
}
