// One message of the chat, with what can be done to it.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { EditorChatMessage } from "../generated/protocol";
import { momentLabel, nameList, timeLabel } from "../model/format";
import { revealed } from "../model/reveal";
import type { Mentionable } from "../model/richText";
import { run } from "../supervise";
import { useController } from "./context";
import { EditForm } from "./EditForm";
import { EmojiMenu } from "./EmojiMenu";
import { Icon, type IconName } from "./Icon";
import { memo } from "./memo";
import { RichText } from "./RichText";
import { Unsent } from "./Unsent";

export interface MessageProps {
  message: EditorChatMessage;
  parent?: EditorChatMessage;
  people: readonly Mentionable[];
  canWrite: boolean;
  /** Hosts delete what anybody wrote. */
  isHost: boolean;
  /** Whether it is the one that the keyboard is on. */
  isCurrent: boolean;
  onReply: (message: EditorChatMessage) => void;
  onShow: (id: string) => void;
}

/** The part of a message below its text. */
type Mode = "nothing" | "react" | "edit" | "delete";

const QUOTE_CHARS = 120;

export const Message = memo<MessageProps>((props) => {
  const { message, parent, people, canWrite, isHost, isCurrent, onReply, onShow } = props;
  const controller = useController();
  const article = useRef<HTMLElement>(null);
  const kept = controller.editing?.id === message.id ? controller.editing.text : undefined;
  const [chosen, setChosen] = useState<Mode>(kept === undefined ? "nothing" : "edit");
  const [refusal, setRefusal] = useState<string>();
  const isUnsent = message.is_pending === true;
  const canAct = canWrite && !message.is_deleted && !isUnsent;
  const canDelete = canAct && (message.is_me === true || isHost);

  // Somebody who was made a viewer meanwhile can continue when the role is back.
  const mode = canAct || isUnsent ? chosen : "nothing";
  const setMode = (next: Mode): void => {
    if (mode === "edit" && next !== "edit") {
      controller.keepEditing(undefined);
    }
    setChosen(next);
  };
  const leave = (): void => {
    setMode("nothing");
    article.current?.focus();
  };
  const ask = async (asked: Promise<string | undefined>): Promise<void> => {
    const refused = await asked;
    setRefusal(refused);
    if (refused === undefined) {
      setMode("nothing");
    }
  };
  const keepEditing = (text: string): void =>
    controller.keepEditing({ id: message.id, text, ...(isUnsent ? { isUnsent } : {}) });
  const save = async (content: string): Promise<void> => {
    // With its change a message that waits gets another id: this one is gone before the answer.
    controller.keepEditing(undefined);
    const refused = await controller.request({ type: "edit", messageId: message.id, content });
    setRefusal(refused);
    if (refused === undefined) {
      setChosen("nothing");
    } else {
      keepEditing(content);
    }
    article.current?.focus();
  };
  const react = (emoji: string, remove: boolean): void => {
    run("reacting", () =>
      ask(controller.request({ type: "react", messageId: message.id, emoji, remove })),
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== article.current || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const acts: Record<string, (() => void) | undefined> = {
      r: canAct ? () => onReply(message) : undefined,
      e: isUnsent || (canAct && message.is_me) ? () => setMode("edit") : undefined,
      "+": canAct ? () => setMode("react") : undefined,
      Delete: isUnsent || canDelete ? () => setMode("delete") : undefined,
    };
    const act = acts[event.key];
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  };
  return (
    <article
      ref={article}
      id={`message-${message.id}`}
      data-id={message.id}
      class={classOf(message)}
      tabIndex={isCurrent ? 0 : -1}
      aria-label={labelOf(message)}
      aria-keyshortcuts={isUnsent ? "e Delete" : canAct ? "r + e Delete" : undefined}
      onKeyDown={onKeyDown}
    >
      {message.parent_id !== undefined && (
        <Quote id={message.parent_id} parent={parent} isCurrent={isCurrent} onShow={onShow} />
      )}
      {mode === "edit" ? (
        <EditForm
          text={message.content}
          draft={kept}
          onDraft={keepEditing}
          refusal={refusal}
          onCancel={leave}
          onSave={(content) => run("saving an edit", () => save(content))}
        />
      ) : (
        <Body message={message} people={people} isCurrent={isCurrent} />
      )}
      <Reactions message={message} canReact={canAct} isCurrent={isCurrent} onReact={react} />
      {mode === "react" && (
        <EmojiMenu onChoose={(emoji) => react(emoji, has(message, emoji))} onClose={leave} />
      )}
      {mode === "delete" && (
        <ConfirmDelete
          isUnsent={isUnsent}
          onDelete={() =>
            run("deleting a message", async () => {
              const type = isUnsent ? "discard" : "delete";
              await ask(controller.request({ type, messageId: message.id }));
              article.current?.focus();
            })
          }
          onKeep={leave}
        />
      )}
      {isUnsent && mode === "nothing" && (
        <Unsent
          message={message}
          isCurrent={isCurrent}
          onResend={() =>
            run("sending a message again", () =>
              ask(controller.request({ type: "resend", messageId: message.id })),
            )
          }
          onEdit={() => setMode("edit")}
          onDiscard={() => setMode("delete")}
        />
      )}
      {refusal !== undefined && mode !== "edit" && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      {canAct && mode !== "edit" && (
        <div class="tools" role="toolbar" aria-label="Actions">
          <Tool icon="react" label="React (+)" onClick={() => setMode("react")} />
          <Tool icon="reply" label="Reply (r)" onClick={() => onReply(message)} />
          {message.is_me && <Tool icon="edit" label="Edit (e)" onClick={() => setMode("edit")} />}
          {canDelete && (
            <Tool icon="remove" label="Delete (Del)" onClick={() => setMode("delete")} />
          )}
        </div>
      )}
    </article>
  );
});

function Tool({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" class="tool" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

interface BodyProps {
  message: EditorChatMessage;
  people: readonly Mentionable[];
  isCurrent: boolean;
}

function Body({ message, people, isCurrent }: BodyProps) {
  if (message.is_deleted) {
    return <p class="text is-gone">This message was deleted.</p>;
  }
  return (
    <>
      <RichText content={message.content} people={people} isCurrent={isCurrent} />
      {message.is_edited && <span class="note">(edited)</span>}
    </>
  );
}

interface QuoteProps {
  id: string;
  parent?: EditorChatMessage;
  isCurrent: boolean;
  onShow: (id: string) => void;
}

function Quote({ id, parent, isCurrent, onShow }: QuoteProps) {
  if (parent === undefined) {
    return <p class="quote">Reply to an earlier message</p>;
  }
  return (
    <button
      type="button"
      class="quote"
      tabIndex={isCurrent ? 0 : -1}
      title="Show the message this replies to"
      onClick={() => onShow(id)}
    >
      <b>{parent.username}</b> {quoteOf(parent)}
    </button>
  );
}

/** The beginning of a message in one line. */
export function quoteOf(message: EditorChatMessage): string {
  if (message.is_deleted) {
    return "(deleted)";
  }
  const text = revealed(message.content.slice(0, 4 * QUOTE_CHARS)).replace(/\s+/gu, " ");
  return text.length > QUOTE_CHARS ? `${text.slice(0, QUOTE_CHARS)}…` : text;
}

interface ReactionsProps {
  message: EditorChatMessage;
  canReact: boolean;
  isCurrent: boolean;
  onReact: (emoji: string, remove: boolean) => void;
}

function Reactions({ message, canReact, isCurrent, onReact }: ReactionsProps) {
  const reactions = message.reactions ?? [];
  if (reactions.length === 0) {
    return null;
  }
  return (
    <fieldset class="reactions" aria-label="Reactions">
      {reactions.map(({ emoji, names, is_mine: isMine }) => {
        const shown = revealed(emoji);
        const who = nameList(names, 5);
        return (
          <button
            type="button"
            key={emoji}
            class="reaction"
            tabIndex={isCurrent ? 0 : -1}
            aria-pressed={isMine}
            aria-label={`${shown} ${names.length}: ${who}`}
            title={`${who}: ${shown}`}
            disabled={!canReact}
            onClick={() => onReact(emoji, isMine)}
          >
            <span class="emoji">{shown}</span> {names.length}
          </button>
        );
      })}
    </fieldset>
  );
}

interface ConfirmDeleteProps {
  /** Nobody else has it yet. */
  isUnsent: boolean;
  onDelete: () => void;
  onKeep: () => void;
}

function ConfirmDelete({ isUnsent, onDelete, onKeep }: ConfirmDeleteProps) {
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  return (
    <fieldset
      class="confirm"
      aria-label={isUnsent ? "Discard this message?" : "Delete this message for everybody?"}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          onKeep();
        }
      }}
    >
      <span>{isUnsent ? "Discard it?" : "Delete for everybody?"}</span>
      <button type="button" class="primary" ref={first} onClick={onDelete}>
        {isUnsent ? "Discard" : "Delete"}
      </button>
      <button type="button" onClick={onKeep}>
        Keep
      </button>
    </fieldset>
  );
}

function has(message: EditorChatMessage, emoji: string): boolean {
  return (message.reactions ?? []).some((reaction) => reaction.emoji === emoji && reaction.is_mine);
}

function classOf(message: EditorChatMessage): string {
  return [
    "message",
    message.mentions_me ? "mentions-me" : "",
    message.is_pending ? "is-pending" : "",
    message.refusal === undefined ? "" : "is-refused",
  ]
    .filter((name) => name !== "")
    .join(" ");
}

function labelOf(message: EditorChatMessage): string {
  const what = message.is_deleted ? "deleted" : quoteOf(message);
  const mention = message.mentions_me ? ", mentions you" : "";
  const sent = message.is_pending ? ", not sent yet" : "";
  return `${message.username}, ${timeLabel(message.timestamp)}${mention}${sent}: ${what}`;
}

export function MessageTime({ timestamp }: { timestamp: string }) {
  return (
    <time class="time" dateTime={timestamp} title={momentLabel(timestamp)}>
      {timeLabel(timestamp)}
    </time>
  );
}
