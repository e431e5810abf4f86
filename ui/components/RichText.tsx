// A message's text as elements. Nothing of it is ever read as HTML.
import { Fragment } from "preact";
import { useMemo } from "preact/hooks";
import type { Inline } from "../model/inline";
import type { CodePlace } from "../model/references";
import { reveal } from "../model/reveal";
import { type Block, type Mentionable, parseMessage } from "../model/richText";
import { useController } from "./context";
import { memo } from "./memo";

interface RichTextProps {
  content: string;
  people: readonly Mentionable[];
  /** Whether its links are in the tab order. */
  isCurrent: boolean;
}

export const RichText = memo<RichTextProps>(({ content, people, isCurrent }) => {
  const blocks = useMemo(() => parseMessage(content, people), [content, people]);
  return (
    <div class="text" dir="auto">
      {blocks.map((block, index) =>
        block.kind === "code-block" && block.text.trim() === "" ? (
          // An empty box would say nothing.
          <p key={index}>{`\`\`\`${block.language}\n\`\`\``}</p>
        ) : block.kind === "code-block" ? (
          <pre key={index} class="code-block" tabIndex={isCurrent ? 0 : -1} dir="ltr">
            {block.language !== "" && <span class="language">{block.language}</span>}
            <code>
              <Plain text={block.text} />
            </code>
          </pre>
        ) : block.kind === "quote" ? (
          <blockquote key={index}>
            <Parts parts={block.parts} isCurrent={isCurrent} />
          </blockquote>
        ) : block.kind === "list" ? (
          <List key={index} list={block} isCurrent={isCurrent} />
        ) : (
          <p key={index}>
            <Parts parts={block.parts} isCurrent={isCurrent} />
          </p>
        ),
      )}
    </div>
  );
});

interface ListProps {
  list: Extract<Block, { kind: "list" }>;
  isCurrent: boolean;
}

function List({ list, isCurrent }: ListProps) {
  const items = list.items.map((parts, index) => (
    <li key={index}>
      <Parts parts={parts} isCurrent={isCurrent} />
    </li>
  ));
  return list.isOrdered ? <ol start={list.start}>{items}</ol> : <ul>{items}</ul>;
}

function Parts({ parts, isCurrent }: { parts: readonly Inline[]; isCurrent: boolean }) {
  return (
    <>
      {parts.map((part, index) => {
        const plain = <Part part={part} isCurrent={isCurrent} />;
        const sloped = part.isEmphasis ? <em>{plain}</em> : plain;
        return (
          <Fragment key={index}>{part.isStrong ? <strong>{sloped}</strong> : sloped}</Fragment>
        );
      })}
    </>
  );
}

function Part({ part, isCurrent }: { part: Inline; isCurrent: boolean }) {
  switch (part.kind) {
    case "code":
      return part.place === undefined ? (
        <code dir="ltr">
          <Plain text={part.text} />
        </code>
      ) : (
        <PlaceLink text={part.text} place={part.place} isCurrent={isCurrent} />
      );
    case "place":
      return <PlaceLink text={part.text} place={part.place} isCurrent={isCurrent} />;
    case "link":
      return (
        <>
          <WebLink text={part.text} url={part.url} isCurrent={isCurrent} />
          {part.host !== undefined && <span class="note"> ({part.host})</span>}
        </>
      );
    case "mention":
      return <span class={part.isMe ? "mention is-me" : "mention"}>{part.text}</span>;
    default:
      return <Plain text={part.text} />;
  }
}

/** Text in which characters that nobody would see are named. */
export function Plain({ text }: { text: string }) {
  const pieces = reveal(text);
  return (
    <>
      {pieces.map((piece, index) =>
        piece.kind === "text" ? (
          piece.text
        ) : (
          <span key={index} class="control" title="An invisible character">
            {piece.text}
          </span>
        ),
      )}
    </>
  );
}

interface PlaceLinkProps {
  text: string;
  place: CodePlace;
  isCurrent: boolean;
}

function PlaceLink({ text, place, isCurrent }: PlaceLinkProps) {
  const controller = useController();
  return (
    <button
      type="button"
      class="place"
      dir="ltr"
      tabIndex={isCurrent ? 0 : -1}
      title={`Open ${place.file} at line ${place.line}`}
      onClick={() => controller.post({ type: "open", place })}
    >
      <Plain text={text} />
    </button>
  );
}

interface WebLinkProps {
  text: string;
  url: string;
  isCurrent: boolean;
}

function WebLink({ text, url, isCurrent }: WebLinkProps) {
  const controller = useController();
  return (
    <a
      href={url}
      rel="noreferrer noopener"
      tabIndex={isCurrent ? 0 : -1}
      title={url}
      onClick={(event) => {
        // The host opens it, and asks first; VS Code's own page would open it a second time.
        event.preventDefault();
        event.stopPropagation();
        controller.post({ type: "link", url });
      }}
      // A middle press would open it past the host.
      onAuxClick={(event) => event.preventDefault()}
    >
      <Plain text={text} />
    </a>
  );
}
