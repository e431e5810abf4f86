// The input for a message: completes names, keeps drafts, and explains why a message cannot be sent.
import type { ComponentChildren, Ref, RefObject } from "preact";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { EditorChatMessage, EditorParticipant } from "../generated/protocol";
import { countCharacters, numberLabel } from "../model/format";
import { complete, type MentionQuery, mentionQuery, suggest } from "../model/mentions";
import type { SessionName } from "../model/shownSession";
import { Avatar } from "./Avatar";
import { useController } from "./context";
import { Icon } from "./Icon";
import { quoteOf } from "./Message";

export interface ComposerHandle {
  focus(): void;
  reply(id: string): void;
  /** Put text behind what is written, and go there. */
  insert(text: string): void;
}

interface ComposerProps {
  handle: Ref<ComposerHandle>;
  /** Why nothing can be written now; nothing if it can. */
  blocked?: string;
  /** Why what is written was not sent when it was tried. */
  refusal?: string;
  /** Outside of sessions: the one that was left, if it can be joined again. */
  out?: { readonly rejoin?: SessionName };
  /** The most characters that a message may have. */
  limit?: number;
  participants: readonly EditorParticipant[];
  messages: readonly EditorChatMessage[];
  /** Stands above the field. */
  toolbar?(field: RefObject<HTMLTextAreaElement | null>): ComponentChildren;
}

/** From this share of the limit on, the count is shown. */
const COUNT_FROM = 0.8;

/** The buttons outside of a session. */
function Rejoin({ session }: { session?: SessionName }) {
  const controller = useController();
  return (
    <div class="rejoin">
      {session !== undefined && (
        <button
          type="button"
          class="primary"
          onClick={() => controller.post({ type: "rejoin", sessionId: session.id })}
        >
          Join Again
        </button>
      )}
      <button type="button" onClick={() => controller.post({ type: "run", command: "join" })}>
        Join Session…
      </button>
    </div>
  );
}

export function Composer(props: ComposerProps) {
  const { handle, blocked, refusal, out, limit, participants, messages } = props;
  const controller = useController();
  const [text, setText] = useState(controller.draft.text);
  const [replyTo, setReplyTo] = useState(controller.draft.replyTo);
  const [query, setQuery] = useState<MentionQuery>();
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number>(undefined);
  const hadFocus = useRef(false);

  const suggestions = query === undefined ? [] : suggest(query, participants);
  const parent = replyTo === undefined ? undefined : messages.find(({ id }) => id === replyTo);
  const length = countCharacters(text);
  const isTooLong = limit !== undefined && length > limit;
  const canSend = blocked === undefined && text.trim() !== "" && !isTooLong;

  const focus = (): void => field.current?.focus();
  const change = (next: string, nextReply = replyTo): void => {
    setText(next);
    setReplyTo(nextReply);
    controller.keepDraft({
      text: next,
      ...(nextReply === undefined ? {} : { replyTo: nextReply }),
    });
  };

  useImperativeHandle(handle, () => ({
    focus,
    reply: (id) => {
      change(text, id);
      focus();
    },
    insert: (added) => {
      if (added !== "") {
        const between = text === "" || text.endsWith("\n") ? "" : "\n";
        const next = text + between + added;
        caret.current = next.length;
        change(next);
      }
      focus();
    },
  }));
  useLayoutEffect(() => {
    if (caret.current !== undefined && field.current !== null) {
      field.current.setSelectionRange(caret.current, caret.current);
      caret.current = undefined;
    }
  }, [text]);
  useLayoutEffect(() => {
    controller.onDraft = () => {
      setText(controller.draft.text);
      setReplyTo(controller.draft.replyTo);
      caret.current = controller.draft.text.length;
    };
  }, [controller]);
  // A disabled field loses the focus; it gets it back when it is enabled again, unless the user
  // has gone elsewhere since.
  useEffect(() => {
    const { activeElement, body } = document;
    const isNowhere = activeElement === null || activeElement === body;
    if (blocked === undefined && hadFocus.current && isNowhere) {
      focus();
    }
  }, [blocked]);
  useEffect(() => setChosen(0), [query?.start, query?.text]);

  const look = (): void => {
    const element = field.current;
    if (element !== null) {
      const isCaret = element.selectionStart === element.selectionEnd;
      setQuery(isCaret ? mentionQuery(element.value, element.selectionStart) : undefined);
    }
  };
  const pick = (username: string): void => {
    const element = field.current;
    if (query !== undefined && element !== null) {
      const done = complete(text, element.selectionStart, query, username);
      caret.current = done.caret;
      change(done.text);
      setQuery(undefined);
      focus();
    }
  };
  const send = (): void => {
    if (canSend) {
      const parentId = replyTo;
      controller.post({
        type: "send",
        content: text,
        ...(parentId === undefined ? {} : { parentId }),
      });
      change("", undefined);
      setReplyTo(undefined);
      controller.keepDraft({ text: "" });
      controller.act({ type: "tried" });
      setQuery(undefined);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) {
      return; // the keys belong to the input method
    }
    if (suggestions.length > 0 && onSuggestionKey(event)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && replyTo !== undefined) {
      setReplyTo(undefined);
      controller.keepDraft({ text });
    } else if (event.key === "ArrowUp" && text === "") {
      const last = document.querySelector<HTMLElement>('.log article[tabindex="0"]');
      if (last !== null) {
        event.preventDefault();
        last.focus();
      }
    }
  };
  const onSuggestionKey = (event: KeyboardEvent): boolean => {
    const count = suggestions.length;
    switch (event.key) {
      case "ArrowDown":
        setChosen((chosen + 1) % count);
        return true;
      case "ArrowUp":
        setChosen((chosen - 1 + count) % count);
        return true;
      case "Enter":
      case "Tab":
        pick(suggestions[chosen]?.username ?? suggestions[0]?.username ?? "");
        return true;
      case "Escape":
        setQuery(undefined);
        return true;
      default:
        return false;
    }
  };
  return (
    <form
      class="composer"
      aria-label="Write a message"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {replyTo !== undefined && (
        <div class="replying">
          <span>
            Reply to <b>{parent?.username ?? "a message"}</b>{" "}
            {parent !== undefined && <span class="replying-text">{quoteOf(parent)}</span>}
          </span>
          <button
            type="button"
            class="tool"
            aria-label="Cancel reply"
            title="Cancel reply (Esc)"
            onClick={() => {
              setReplyTo(undefined);
              controller.keepDraft({ text });
              focus();
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
      {suggestions.length > 0 && (
        <div
          class="suggestions"
          role="listbox"
          id="suggestions"
          aria-label="People to mention"
          tabIndex={-1}
        >
          {suggestions.map(({ user_id: id, username, color, role }, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, which has the focus
            <div
              key={id}
              id={`suggestion-${index}`}
              class="suggestion"
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              // The field must keep the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(username)}
            >
              <Avatar username={username} color={color} isSmall />
              {username} <span class="note">{role}</span>
            </div>
          ))}
        </div>
      )}
      {blocked !== undefined && (
        <p class="blocked" id="blocked">
          {blocked}
        </p>
      )}
      {out !== undefined && <Rejoin session={out.rejoin} />}
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          Not sent: {refusal}
        </p>
      )}
      {out === undefined && blocked === undefined && props.toolbar?.(field)}
      {(out === undefined || text !== "") && (
        <div class="field">
          <textarea
            ref={field}
            rows={1}
            aria-label="Message"
            placeholder={blocked === undefined ? "Message, @ to mention" : ""}
            value={text}
            // A draft can still be selected and copied.
            readOnly={out !== undefined}
            disabled={blocked !== undefined && out === undefined}
            aria-describedby={blocked === undefined ? undefined : "blocked"}
            aria-invalid={isTooLong}
            aria-autocomplete="list"
            aria-controls={suggestions.length > 0 ? "suggestions" : undefined}
            aria-activedescendant={suggestions.length > 0 ? `suggestion-${chosen}` : undefined}
            onInput={(event) => {
              change(event.currentTarget.value);
              if (event.currentTarget.value === "") {
                controller.act({ type: "tried" });
              }
              look();
              controller.typing();
            }}
            onKeyDown={onKeyDown}
            onClick={look}
            onKeyUp={(event) => {
              if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
                look();
              }
            }}
            onFocus={() => {
              hadFocus.current = true;
            }}
            onBlur={() => {
              hadFocus.current = blocked !== undefined;
              setQuery(undefined);
            }}
          />
          <button
            type="submit"
            class="send"
            aria-label="Send"
            title="Send (Enter)"
            disabled={!canSend}
          >
            <Icon name="send" />
          </button>
        </div>
      )}
      {limit !== undefined && length > COUNT_FROM * limit && (
        <p class={isTooLong ? "count is-over" : "count"} role={isTooLong ? "alert" : undefined}>
          {numberLabel(length)} of {numberLabel(limit)} characters
        </p>
      )}
    </form>
  );
}
