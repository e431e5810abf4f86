// Links that work on this computer only, and how the page says so. Pure.

/** A sentence to stand beside such a link. */
export const LOCAL_TEXT =
  "It only works on this computer: open this page at an address that others reach.";

/** Whether the link is reached from this computer only. */
export function isLocal(link: string): boolean {
  if (!URL.canParse(link)) {
    return false;
  }
  const { hostname } = new URL(link);
  return /^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

/** A sentence about a link, with what is to be known about where it works. */
export function aboutLink(text: string, link: string): string {
  return isLocal(link) ? `${text} ${LOCAL_TEXT}`.trimStart() : text;
}
