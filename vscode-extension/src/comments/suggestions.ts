// The choice among the suggestions of a comment.

import { window } from "vscode";
import { oneLine } from "../shared/names";
import type { SharedComment } from "./sharedComment";

const WIDTH = 80;

/** The index of the suggestion that the user wants: the only one, or one from a list. */
export async function chooseSuggestion({ item }: SharedComment): Promise<number | undefined> {
  const { suggestions = [] } = item;
  if (suggestions.length < 2) {
    return 0;
  }
  const chosen = await window.showQuickPick(
    suggestions.map(({ lines }, index) => ({
      label: `Suggestion ${index + 1}`,
      detail: oneLine(lines.join(" "), WIDTH),
      index,
    })),
    { title: "Peerline: Apply Suggestion" },
  );
  return chosen?.index;
}
