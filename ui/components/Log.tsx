// The messages: grouped, scrolled, moved through by keyboard; older ones come when the top is near.
import { useMemo, useRef, useState } from "preact/hooks";
import type { EditorChatMessage } from "../generated/protocol";
import { dayLabel } from "../model/format";
import { layOut, type Row } from "../model/grouping";
import { revealed } from "../model/reveal";
import type { Mentionable } from "../model/richText";
import { type PanelState, unread } from "../model/state";
import { Avatar } from "./Avatar";
import { useController } from "./context";
import { Icon } from "./Icon";
import { Message, MessageTime } from "./Message";
import { memo } from "./memo";
import { articleOf, useScroll } from "./scroll";

/** More events in a row than this are folded. */
const EVENTS_SHOWN = 3;

interface LogProps {
  state: PanelState;
  people: readonly Mentionable[];
  now: number;
  canWrite: boolean;
  onReply: (message: EditorChatMessage) => void;
  /** The keyboard leaves the messages for the composer. */
  onWrite: () => void;
}

export function Log({ state, people, now, canWrite, onReply, onWrite }: LogProps) {
  const controller = useController();
  const { messages, firstUnread } = state;
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string>();
  const rows = useMemo(() => layOut(messages, firstUnread), [messages, firstUnread]);
  const byId = useMemo(() => new Map(messages.map((one) => [one.id, one])), [messages]);
  const lastChat = messages.findLast(({ kind }) => kind === "chat");
  const tabStop = current !== undefined && byId.has(current) ? current : lastChat?.id;

  useScroll(log, content, state, rows);

  const focusMessage = (id: string): void => {
    setCurrent(id);
    const found = log.current === null ? null : articleOf(log.current, id);
    found?.focus({ preventScroll: true });
    found?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target } = event;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const article = target.closest<HTMLElement>("article");
    if (event.key === "Escape") {
      if (target === article) {
        onWrite();
      } else {
        article?.focus();
      }
      return;
    }
    if (target !== article) {
      return;
    }
    const all = [...(log.current?.querySelectorAll<HTMLElement>("article") ?? [])];
    const place = all.indexOf(target);
    const next: Record<string, number | undefined> = {
      ArrowUp: place - 1,
      ArrowDown: place + 1,
      Home: 0,
      End: all.length - 1,
    };
    const wanted = next[event.key];
    if (wanted === undefined) {
      return;
    }
    event.preventDefault();
    if (wanted <= 0) {
      controller.loadHistory();
    }
    const id = all[Math.min(Math.max(wanted, 0), all.length - 1)]?.dataset.id;
    if (id !== undefined) {
      focusMessage(id);
    }
  };
  const count = state.isAtBottom ? 0 : unread(state).length;
  return (
    <div class="log-frame">
      <div
        ref={log}
        class="log"
        role="log"
        aria-live="off"
        aria-label="Chat"
        aria-busy={state.history.isLoading}
        onKeyDown={onKeyDown}
        onFocusIn={(event) => {
          const article = (event.target as HTMLElement).closest<HTMLElement>("article");
          setCurrent(article?.dataset.id ?? current);
        }}
      >
        <div ref={content}>
          <Beginning state={state} />
          {rows.map((row) => (
            <RowView
              key={row.key}
              row={row}
              now={row.kind === "day" ? now : 0}
              people={people}
              byId={
                row.kind === "group" && row.messages.some((one) => one.parent_id) ? byId : NOTHING
              }
              tabStop={
                row.kind === "group" && row.messages.some(({ id }) => id === tabStop)
                  ? tabStop
                  : undefined
              }
              canWrite={canWrite}
              isHost={state.connection.role === "host"}
              onReply={onReply}
              onShow={focusMessage}
            />
          ))}
          {messages.length === 0 && <p class="empty">No messages yet.</p>}
        </div>
      </div>
      {!state.isAtBottom && (
        <button
          type="button"
          class="to-bottom"
          onClick={() => {
            log.current?.scrollTo({ top: log.current.scrollHeight });
          }}
        >
          <Icon name="down" />
          {count === 0 ? "Latest" : `${count} new`}
        </button>
      )}
    </div>
  );
}

const NOTHING: ReadonlyMap<string, EditorChatMessage> = new Map();

function Beginning({ state }: { state: PanelState }) {
  const controller = useController();
  const { history, hasMore, messages, connection } = state;
  if (hasMore && connection.state === "offline") {
    return <p class="beginning">Earlier messages are shown when you join again.</p>;
  }
  if (history.isLoading) {
    return <p class="beginning">Loading earlier messages…</p>;
  }
  if (!hasMore) {
    return messages.length === 0 ? null : (
      <p class="beginning">This is the beginning of the chat.</p>
    );
  }
  return (
    <div class="beginning">
      {history.refusal !== undefined && (
        <p class="refusal" role="alert">
          {history.refusal}
        </p>
      )}
      <button type="button" class="quiet" onClick={() => controller.loadHistory()}>
        Load earlier messages
      </button>
    </div>
  );
}

interface RowProps {
  row: Row;
  now: number;
  people: readonly Mentionable[];
  byId: ReadonlyMap<string, EditorChatMessage>;
  tabStop?: string;
  canWrite: boolean;
  isHost: boolean;
  onReply: (message: EditorChatMessage) => void;
  onShow: (id: string) => void;
}

const RowView = memo<RowProps>(
  (props) => {
    const { row } = props;
    switch (row.kind) {
      case "day":
        return (
          <h2 class="day">
            <span>{dayLabel(row.timestamp, props.now)}</span>
          </h2>
        );
      case "unread":
        return (
          <h2 class="unread">
            <span>New</span>
          </h2>
        );
      case "events":
        return <Events messages={row.messages} />;
      default:
        return <Group {...props} messages={row.messages} />;
    }
  },
  (before, after) => isSameRow(before.row, after.row) && isSameRest(before, after),
);

function isSameRow(before: Row, after: Row): boolean {
  if ("messages" in before && "messages" in after) {
    return (
      before.messages.length === after.messages.length &&
      before.messages.every((message, index) => message === after.messages[index])
    );
  }
  return before.key === after.key;
}

function isSameRest(before: RowProps, after: RowProps): boolean {
  return (
    before.now === after.now &&
    before.people === after.people &&
    before.byId === after.byId &&
    before.tabStop === after.tabStop &&
    before.canWrite === after.canWrite &&
    before.isHost === after.isHost
  );
}

function Group({
  messages,
  people,
  byId,
  tabStop,
  canWrite,
  isHost,
  onReply,
  onShow,
}: RowProps & { messages: [EditorChatMessage, ...EditorChatMessage[]] }) {
  const [first] = messages;
  return (
    <div class={first.is_me ? "group is-me" : "group"}>
      <Avatar username={first.username} color={first.color} />
      <div class="group-body">
        <div class={`group-head person-${first.color}`}>
          <span class="author">{first.username}</span>
          <MessageTime timestamp={first.timestamp} />
        </div>
        {messages.map((message) => (
          <Message
            key={message.id}
            message={message}
            parent={message.parent_id === undefined ? undefined : byId.get(message.parent_id)}
            people={people}
            canWrite={canWrite}
            isHost={isHost}
            isCurrent={message.id === tabStop}
            onReply={onReply}
            onShow={onShow}
          />
        ))}
      </div>
    </div>
  );
}

function Events({ messages }: { messages: readonly EditorChatMessage[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? messages : messages.slice(-EVENTS_SHOWN);
  const hidden = messages.length - shown.length;
  return (
    <div class="events">
      {hidden > 0 && (
        <button type="button" class="quiet" onClick={() => setWhole(true)}>
          {hidden} earlier {hidden === 1 ? "event" : "events"}
        </button>
      )}
      {shown.map((message) => (
        <p key={message.id} class="event">
          <MessageTime timestamp={message.timestamp} /> {message.username}{" "}
          {revealed(message.content)}
        </p>
      ))}
    </div>
  );
}
