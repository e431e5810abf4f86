// The questions of AI agents in words. Pure.
import type { EditorApproval } from "@peerline/ui/generated/protocol";
import { oneLine } from "../shared/names";

/** A longer question is not seen whole in a notification. */
const NOTICE_CHARS = 160;
/** A longer one is not seen whole in a dialog. */
const DIALOG_CHARS = 1200;
const DIALOG_LINES = 15;
const DIALOG_WIDTH = 200;
const EDITOR_WIDTH = 70;

/** `claude asks: Run command (Bash)`. */
export function askedText({ username, title, tool }: EditorApproval): string {
  return `${oneLine(username)} asks: ${oneLine(title, 80)}${tool == null ? "" : ` (${oneLine(tool)})`}`;
}

/** All of a short question in one line; nothing if it needs more room. */
export function shortQuestion(approval: EditorApproval): string | undefined {
  const { title, tool, detail = "", files = [], is_cut: isCut = false } = approval;
  const parts = [askedText(approval), detail, files.join(", ")].filter((part) => part !== "");
  const text = parts.join(" · ");
  const isWhole =
    title === oneLine(title, 80) &&
    (tool == null || tool === oneLine(tool)) &&
    detail === oneLine(detail, 999);
  return !isCut && isWhole && text.length <= NOTICE_CHARS ? text : undefined;
}

/** All of a question but its title. */
export function wholeQuestion({ owner, tool, detail = "", files = [] }: EditorApproval): string {
  return [
    owner === "" ? "" : `Agent of ${owner}`,
    tool == null ? "" : `Tool: ${tool}`,
    files.length === 0 ? "" : `Files: ${files.join(", ")}`,
    detail,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** Whether a dialog shows all of the text; a longer one needs an editor. */
export function fitsDialog(text: string): boolean {
  const lines = text.split("\n");
  return (
    text.length <= DIALOG_CHARS &&
    lines.length <= DIALOG_LINES &&
    lines.every((line) => line.length <= DIALOG_WIDTH)
  );
}

/** The lines broken where an editor would hide the rest of one beside it. */
export function brokenLines(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const characters = [...line];
      const pieces: string[] = [];
      for (let at = 0; at < characters.length || at === 0; at += EDITOR_WIDTH) {
        pieces.push(characters.slice(at, at + EDITOR_WIDTH).join(""));
      }
      return pieces.join("\n↪ ");
    })
    .join("\n");
}
