// The page before a session: a name, and the choice where to open it.

import { MAX_USERNAME_CHARS } from "@peerline/ui/generated/limits";
import { guard } from "@peerline/ui/supervise";
import { useEffect, useRef, useState } from "preact/hooks";
import { editorLink, neovimCommand, terminalCommand, VSCODE_LIKE } from "./openIn.ts";

/** An editor that opens takes the focus away long before. */
const NOTHING_HAPPENED_MS = 1500;

interface JoinPageProps {
  /** The link of the session for editors, with its invite. */
  link: string;
  /** The server, for people. */
  place: string;
  name: string;
  /** Why the last try failed. */
  refusal?: string;
  isJoining: boolean;
  /** Why joining takes long. */
  delay?: string;
  /** Join no longer. */
  onGiveUp(): void;
  onJoin(name: string, remember: boolean): void;
}

export function JoinPage(props: JoinPageProps) {
  const { link, place, refusal, isJoining, delay } = props;
  const [name, setName] = useState(props.name);
  const [remember, setRemember] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const join = (event: Event): void => {
    event.preventDefault();
    const given = name.trim();
    if (given === "") {
      field.current?.focus();
      return;
    }
    props.onJoin(given, remember);
  };
  return (
    <main class="front">
      <section class="card">
        <h1>Join a session</h1>
        <p class="lead">Peerline on {place}</p>
        {refusal !== undefined && (
          <p class="banner is-offline" role="alert">
            {refusal}
          </p>
        )}
        <form onSubmit={join}>
          <label class="field">
            <span>Your name</span>
            <input
              ref={field}
              type="text"
              value={name}
              maxLength={MAX_USERNAME_CHARS}
              autoComplete="nickname"
              required
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={remember}
              onChange={(event) => setRemember(event.currentTarget.checked)}
            />
            Remember me on this device
          </label>
          <button type="submit" class="primary large" disabled={isJoining}>
            {isJoining ? "Joining…" : "Join here"}
          </button>
          {delay !== undefined && (
            <p class="ways-note">
              <span role="status">{delay}</span>{" "}
              <button type="button" onClick={props.onGiveUp}>
                Cancel
              </button>
            </p>
          )}
        </form>
        <h2>Or open it in your editor</h2>
        <Ways link={link} />
      </section>
    </main>
  );
}

function Ways({ link }: { link: string }) {
  const [note, setNote] = useState("");
  const [isWhole, setWhole] = useState(false);
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const stop = (): void => clearTimeout(waiting.current);
    addEventListener("blur", stop);
    return () => {
      removeEventListener("blur", stop);
      stop();
    };
  }, []);
  const opening = (name: string): void => {
    clearTimeout(waiting.current);
    setNote(`Opening ${name}…`);
    waiting.current = setTimeout(
      () => setNote(`Nothing happened? ${name} needs the Peerline extension first.`),
      NOTHING_HAPPENED_MS,
    );
  };
  const copy = async (text: string, where: string): Promise<void> => {
    clearTimeout(waiting.current);
    try {
      await navigator.clipboard.writeText(text);
      setNote(`Copied. Paste it into ${where}.`);
    } catch {
      // Without https a browser has no clipboard for pages.
      setNote(text);
    }
  };
  const shown = isWhole ? VSCODE_LIKE : VSCODE_LIKE.slice(0, 1);
  return (
    <>
      <div class="ways">
        {shown.map(({ scheme, name }) => (
          <a
            key={scheme}
            class="button"
            href={editorLink(scheme, link)}
            onClick={() => opening(name)}
          >
            {name}
          </a>
        ))}
        <button type="button" onClick={guard("copying", () => copy(neovimCommand(link), "Neovim"))}>
          Neovim
        </button>
        <button
          type="button"
          onClick={guard("copying", () => copy(terminalCommand(link), "a terminal"))}
        >
          Terminal
        </button>
        {!isWhole && (
          <button type="button" onClick={() => setWhole(true)}>
            More…
          </button>
        )}
      </div>
      <p class="ways-note" role="status">
        {note}
      </p>
    </>
  );
}
