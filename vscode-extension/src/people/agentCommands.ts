// The commands on a shared AI agent: prompt it, with the selected lines, and stop its turn.
import type { EditorParticipant, EditorQueue } from "@peerline/ui/generated/protocol";
import { doingText, runningPrompt } from "@peerline/ui/model/agents";
import { CommandRefused } from "@peerline/ui/refusal";
import { type TextEditor, Uri, window } from "vscode";
import type { Session } from "../session/session";
import { oneLine, withoutIcons } from "../shared/names";
import { selectedLines } from "../shared/selectedLines";
import { isInSession } from "../shared/sessionFiles";
import { show } from "../shared/tell";

type Right = "may_prompt" | "may_stop";

/** Each also asks which agent is meant. */
export class AgentCommands {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Ask for a prompt; the selected lines of a file of the workspace are quoted behind it. */
  async prompt(given?: EditorParticipant | Uri): Promise<void> {
    const lines = linesOf(window.activeTextEditor);
    const agent =
      // The menu of an editor gives the file.
      (given instanceof Uri ? undefined : given) ??
      (await this.#pick("Prompt Agent", "may_prompt", "No agent takes prompts from you."));
    if (agent === undefined) {
      return;
    }
    const name = oneLine(agent.username);
    const hint = lines === undefined ? "" : `${lines.text} quoted behind it.`;
    let [value, refusal] = ["", ""];
    for (;;) {
      const text = await window.showInputBox({
        title: `Peerline: Prompt ${name}`,
        prompt: [refusal, hint].filter((part) => part !== "").join(" "),
        placeHolder: `What ${name} is to do`,
        value,
        ignoreFocusOut: true,
      });
      if (text === undefined || text.trim() === "") {
        return;
      }
      try {
        await this.#session.command("peerline.promptAgent", {
          agent_id: agent.user_id,
          text,
          ...lines?.args,
        });
        return;
      } catch (error) {
        if (!(error instanceof CommandRefused)) {
          throw error;
        }
        // The text is not lost.
        [value, refusal] = [text, `Not sent: ${error.message}`];
      }
    }
  }

  /** Stop the turn of an agent. */
  async stop(given?: EditorParticipant): Promise<void> {
    const none = "No agent is at work that you may stop.";
    const agent = given ?? (await this.#pick("Stop Agent", "may_stop", none));
    if (agent !== undefined) {
      const promptId = runningPrompt(agent.agent?.queue);
      await this.#session.command("peerline.stopAgent", {
        agent_id: agent.user_id,
        ...(promptId === undefined ? {} : { prompt_id: promptId }),
      });
    }
  }

  async #pick(title: string, right: Right, none: string): Promise<EditorParticipant | undefined> {
    const items = this.#session.participants
      .filter(({ agent }) => has(agent?.queue, right))
      .map((person) => ({
        label: withoutIcons(oneLine(person.username)),
        description: person.agent == null ? "" : oneLine(doingText(person.agent)),
        person,
      }));
    if (items.length === 0) {
      show.info(none);
      return undefined;
    }
    const chosen =
      items.length === 1
        ? items[0]
        : await window.showQuickPick(items, { title: `Peerline: ${title}` });
    return chosen?.person;
  }
}

function has(queue: EditorQueue | null | undefined, right: Right): boolean {
  return queue?.[right] === true;
}

/** The selected lines, as arguments of the command and in words; nothing if nothing is selected. */
function linesOf(editor: TextEditor | undefined) {
  if (editor === undefined || editor.selection.isEmpty) {
    return undefined;
  }
  const { document, selection } = editor;
  if (!isInSession(document.uri)) {
    return undefined;
  }
  const { first, last } = selectedLines(selection);
  const name = document.uri.path.split("/").at(-1) ?? "";
  const lines = first === last ? `Line ${first + 1} of` : `Lines ${first + 1} to ${last + 1} of`;
  return {
    args: { uri: document.uri.toString(), line: first, end_line: last },
    text: `${lines} ${name} ${first === last ? "is" : "are"}`,
  };
}
