// The tree of files: shared documents and offered folders.
import { Icon } from "@peerline/ui/components/Icon";
import { Plain } from "@peerline/ui/components/RichText";
import { revealed } from "@peerline/ui/model/reveal";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CodeSession } from "./codeSession.ts";
import type { Line, Node } from "./tree.ts";
import { useCode } from "./useCode.ts";
import { useRows } from "./useRows.ts";

export function Files({ code }: { code: CodeSession }) {
  useCode(code);
  const [current, setCurrent] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const isMoved = useRef(false);
  const last = useRef(0);
  const lines = code.folders.lines();
  const isThere = lines[last.current]?.node.key === current;
  const found = isThere ? last.current : lines.findIndex(({ node }) => node.key === current);
  // A line that is gone had the place that others have now, such as "More…".
  const place = found < 0 ? Math.max(0, Math.min(last.current, lines.length - 1)) : found;
  last.current = place;
  const { rows, height } = useRows(tree, lines.length, place);
  const focus = (index: number): void => {
    const line = lines[Math.max(0, Math.min(index, lines.length - 1))];
    if (line !== undefined && line.node.key !== current) {
      setCurrent(line.node.key);
      isMoved.current = true;
    }
  };
  const isInside = () => tree.current?.contains(document.activeElement) ?? false;
  const wasInside = isInside();
  // The line may have to be drawn first, or be another than the one that is gone.
  useLayoutEffect(() => {
    if (isMoved.current || (wasInside && !isInside())) {
      isMoved.current = false;
      tree.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
  });
  const onKey = (event: KeyboardEvent): void => {
    const line = lines[place];
    if (line !== undefined && act(event, line, place)) {
      event.preventDefault();
    }
  };
  const act = (event: KeyboardEvent, line: Line, index: number): boolean => {
    const isFolder = line.node.kind === "folder";
    const isOpen = isFolder && code.folders.isOpen(line.node);
    switch (event.key) {
      case "ArrowDown":
        focus(index + 1);
        return true;
      case "ArrowUp":
        focus(index - 1);
        return true;
      case "Home":
        focus(0);
        return true;
      case "End":
        focus(lines.length - 1);
        return true;
      case "ArrowRight":
        if (isFolder && !isOpen) {
          code.folders.fold(line.node, true);
        } else if (isFolder) {
          focus(index + 1);
        }
        return true;
      case "ArrowLeft":
        if (isOpen) {
          code.folders.fold(line.node, false);
        } else {
          focus(lines.findIndex(({ node }) => node.key === line.parent));
        }
        return true;
      case "Enter":
      case " ":
        code.choose(line.node);
        return true;
      default:
        return false;
    }
  };
  const { mainFolder } = code.folders;
  const isReading = (node: Node): boolean => code.folders.isReading(node);
  const nameOf = (node: Node): string =>
    node.kind !== "file" && node.kind !== "folder" && isReading(node) ? "Reading…" : node.name;
  const space = (count: number, key = -1) =>
    count > 0 && <div key={key} role="presentation" style={{ height: `${count * height}px` }} />;
  const row = ({ node, level, position, count }: Line, index: number) => (
    <div
      key={node.key}
      role="treeitem"
      class={`tree-item is-${node.kind} level-${Math.min(level, 12)}${code.shown?.file === node.path && node.kind === "file" ? " is-shown" : ""}`}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={count}
      {...(node.kind === "folder" ? { "aria-expanded": code.folders.isOpen(node) } : {})}
      aria-selected={node.kind === "file" && code.shown?.file === node.path}
      tabIndex={index === place ? 0 : -1}
      title={`${revealed(node.path)}${node.isShared ? " (shared)" : ""}`}
      onFocus={() => setCurrent(node.key)}
      onClick={() => code.choose(node)}
      onKeyDown={onKey}
    >
      {(node.kind === "file" || node.kind === "folder") && (
        <Icon
          name={node.kind === "file" ? "file" : code.folders.isOpen(node) ? "down" : "chevron"}
        />
      )}
      <span class="tree-name">
        <Plain text={nameOf(node)} />
      </span>
      {node.kind === "problem" && !isReading(node) && <span class="tree-retry">Retry</span>}
    </div>
  );
  return (
    <section class="file-list" aria-label="All files">
      <h2>Files</h2>
      {mainFolder !== undefined && (
        <p class="note">
          <Plain text={mainFolder} />
        </p>
      )}
      {lines.length === 0 && mainFolder === undefined && (
        <p class="note">
          Nothing is shared yet. In an editor: <strong>Share File</strong> or{" "}
          <strong>Share Folder</strong>.
        </p>
      )}
      <div
        class="tree"
        ref={tree}
        role="tree"
        aria-label="Files"
        tabIndex={lines.length === 0 ? 0 : -1}
      >
        {rows.flatMap(([from, to], piece) => [
          space(from - (rows[piece - 1]?.[1] ?? 0), piece),
          ...lines.slice(from, to).map((line, index) => row(line, from + index)),
        ])}
        {space(lines.length - (rows.at(-1)?.[1] ?? 0))}
      </div>
    </section>
  );
}
