// The shared documents as a tree of files, for those without a checkout. Pure.

import type { EditorDocument } from "@peerline/ui/generated/protocol";

/** An entry of the tree. */
export type Entry =
  | { readonly kind: "file"; readonly document: EditorDocument }
  | { readonly kind: "folder"; readonly names: readonly (readonly [string, "file" | "folder"])[] };

/** The entry at a path such as `/src/a.py`; undefined if there is none. */
export function entryAt(documents: readonly EditorDocument[], path: string): Entry | undefined {
  const wanted = path.replace(/^\/+|\/+$/g, "");
  const document = documents.find(({ file }) => file === wanted);
  if (document !== undefined) {
    return { kind: "file", document };
  }
  const prefix = wanted === "" ? "" : `${wanted}/`;
  const names = new Map<string, "file" | "folder">();
  for (const { file } of documents) {
    if (file.startsWith(prefix)) {
      const [name = "", ...rest] = file.slice(prefix.length).split("/");
      names.set(name, rest.length === 0 ? "file" : "folder");
    }
  }
  return names.size === 0 && wanted !== "" ? undefined : { kind: "folder", names: [...names] };
}
