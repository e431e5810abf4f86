// The page at the server's address itself: it takes a link.
import { useState } from "preact/hooks";

interface StartPageProps {
  /** Open the session that a text names; the reason if it names none. */
  onLink(text: string): string | undefined;
}

export function StartPage({ onLink }: StartPageProps) {
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<string>();
  const open = (event: Event): void => {
    event.preventDefault();
    setRefusal(onLink(text));
  };
  return (
    <main class="front">
      <section class="card">
        <h1>Peerline</h1>
        <p class="lead">
          Chat, see each other's cursors and comment on code with others, each in the editor that
          they already use, or here.
        </p>
        <form onSubmit={open}>
          <label class="field">
            <span>Session link</span>
            <input
              type="text"
              value={text}
              inputMode="url"
              autoComplete="off"
              spellcheck={false}
              placeholder="https://…/s/… or peerline://…"
              required
              aria-invalid={refusal !== undefined}
              aria-describedby="refusal"
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <p id="refusal" class="refusal" role="alert">
            {refusal}
          </p>
          <button type="submit" class="primary large">
            Open session
          </button>
        </form>
      </section>
    </main>
  );
}
