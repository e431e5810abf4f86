// The numbers of what a tab keeps and no server has, before the code is loaded. Pure.

/** About the numbers that the loaded code gives: rather too many, so that nobody loses a text. */
export function unwrittenIn(read: (key: string) => string | undefined): {
  files: number;
  texts: number;
  drafts: number;
} {
  const count = (key: string, part?: string): number => {
    try {
      const value = JSON.parse(read(key) ?? "{}");
      const items: unknown[] = Object.values((part === undefined ? value : value[part]) ?? {});
      return items.filter((item) => (item as { text?: string }).text?.trim() !== "").length;
    } catch {
      return 0;
    }
  };
  return {
    files: count("waiting"),
    texts: count("left"),
    drafts: count("drafts", "comments") + count("drafts", "replies"),
  };
}
