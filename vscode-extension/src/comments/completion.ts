// Completion in the forms of comments: @names, and the block of a suggestion.

import { mentionQuery, suggest } from "@peerline/ui/model/mentions";
import {
  CompletionItem,
  CompletionItemKind,
  type Disposable,
  languages,
  Position,
  Range,
  SnippetString,
  type TextDocument,
} from "vscode";
import type { Session } from "../session/session";
import { oneLine } from "../shared/names";
import { isSuggestionStart } from "./suggestionStart";

/** The scheme of the documents in which VS Code has comments written. */
const COMMENT_SCHEME = "comment";

/** Offers the participants after an @, and a suggestion after ``` or the beginning of its name. */
export function completeComments(session: Session): Disposable {
  return languages.registerCompletionItemProvider(
    { scheme: COMMENT_SCHEME },
    {
      provideCompletionItems(document, position) {
        return session.isInSession && isForm(document)
          ? [...suggestionAt(document, position), ...itemsAt(document, position, session)]
          : [];
      },
    },
    "@",
    "`",
  );
}

/** Whether a comment of Peerline may be written here: of a form to edit one, VS Code does not say. */
function isForm({ uri }: TextDocument): boolean {
  return uri.scheme === COMMENT_SCHEME && (uri.authority === "peerline" || uri.authority === "");
}

function itemsAt(document: TextDocument, position: Position, session: Session): CompletionItem[] {
  const line = document.lineAt(position).text;
  const query = mentionQuery(line, position.character);
  if (query === undefined) {
    return [];
  }
  const range = new Range(new Position(position.line, query.start), position);
  return suggest(query, session.participants).map((person, index) => {
    const item = new CompletionItem(
      { label: `@${oneLine(person.username)}`, description: person.role },
      CompletionItemKind.User,
    );
    item.range = range;
    item.filterText = `@${person.username}`;
    item.insertText = `@${person.username} `;
    item.sortText = String(index).padStart(3, "0");
    return item;
  });
}

function suggestionAt(document: TextDocument, position: Position): CompletionItem[] {
  const { text } = document.lineAt(position);
  if (!isSuggestionStart(text, position.character)) {
    return [];
  }
  const item = new CompletionItem("```suggestion", CompletionItemKind.Snippet);
  item.detail = "Lines for the commented ones";
  item.range = new Range(
    position.with({ character: 0 }),
    position.with({ character: text.length }),
  );
  item.filterText = "```suggestion";
  item.insertText = new SnippetString("```suggestion\n$1\n```\n");
  return [item];
}
