// A participant on Node, driven by lines of JSON: commands come in, what happens goes out.
import { createInterface } from "node:readline";
import { Client, type OpenedDocument, parseLink, type Role } from "../../../client-js/src/index.ts";

interface Command {
  readonly do: string;
  readonly id: number;
  readonly text?: string;
  readonly name?: string;
  readonly about?: string;
  readonly role?: Role;
  readonly at?: number;
  readonly old?: string;
}

const [, , given = "{}"] = process.argv;
const { link, token, invite, username } = JSON.parse(given) as Record<string, string>;
let document: OpenedDocument | undefined;

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const client = new Client({
  link: parseLink(link ?? ""),
  credentials: {
    ...(token === undefined ? {} : { authToken: token }),
    ...(invite === undefined ? {} : { invite }),
    ...(username === undefined ? {} : { username }),
  },
  info: { name: "contract test" },
  timing: { backoffBase: 0.05, backoffCap: 0.2 },
  onState: (state, reason, code) => tell({ event: "state", state, reason, code }),
  onFault: (what, error) => tell({ event: "fault", what, error: String(error) }),
});

const text = (value: string | undefined) => value ?? "";
const opened = () => {
  if (document === undefined) {
    throw new Error("no document is open");
  }
  return document;
};

/** The commands; what each returns is sent back. */
const commands: Record<string, (command: Command) => unknown> = {
  say: (command) => client.chat.send(text(command.text)),
  comment: (command) =>
    client.comments.add({ file: "a.py", line: 3, content: text(command.text), code_snippet: "x" }),
  reply: (command) => client.comments.reply(text(command.about), text(command.text)),
  resolve: (command) => client.comments.resolve(text(command.about)),
  react: (command) => client.chat.react(text(command.about), "👍"),
  edit: (command) => client.chat.edit(text(command.about), text(command.text)),
  delete: (command) => client.chat.delete(text(command.about)),
  history: () => client.chat.history({ limit: 2 }),
  search: (command) => client.chat.search(text(command.text)),
  threads: () => client.comments.list({ resolved: true }),
  cursor: (command) => client.sendCursor({ file: "a.py", line: command.at ?? 1, column: 1 }),
  typing: () => client.sendPresence({ status: "typing", typingIn: "chat" }),
  probe: () => client.send({ type: "presence_update" }),
  name: (command) => client.changeName(text(command.name)),
  role: (command) => client.hosting.changeRole(text(command.about), command.role ?? "viewer"),
  invite: () => client.hosting.invite("viewer", { maxUses: 1 }),
  moderation: () => client.hosting.look(),
  share: (command) => client.documents.share(text(command.name), text(command.text)),
  open: async (command) => {
    document = client.documents.open(text(command.about));
    await document.ready();
    return document.text;
  },
  insert: (command) => opened().edit([command.at ?? 0, text(command.text)]),
  replace: (command) => opened().replace(text(command.old), text(command.text)),
  step: () => opened().endUndoStep(),
  undo: () => opened().undo(),
  confirmed: () => opened().confirmed(),
  check: () => opened().check(),
  blame: () => client.documents.blame(opened().id),
  text: () => opened().text,
  place: (command) => client.sendCursor(placeOf(opened(), command.at ?? 0)),
  state: () => ({
    ...client.replica.state(),
    moderation: client.replica.moderation !== undefined,
    presence: [...client.replica.participants.values()].map(({ id, presence }) => [id, presence]),
  }),
  leave: () => client.leave(),
};

function placeOf(shared: OpenedDocument, at: number) {
  const head = shared.relative(at, 0);
  return { file: "a.py", line: 1, column: at + 1, at: { document_id: shared.id, head } };
}

client.start();
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command;
  Promise.resolve()
    .then(() => commands[command.do]?.(command))
    .then(
      (result) => tell({ event: "done", id: command.id, result: result ?? null }),
      (error: unknown) =>
        tell({ event: "failed", id: command.id, name: (error as Error).name, text: String(error) }),
    );
}
client.close();
process.exit(0);
