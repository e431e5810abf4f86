// The tree of files: shared documents and offered folders.
import { Icon } from "@peerline/ui/components/Icon";
import { Plain } from "@peerline/ui/components/RichText";
import { revealed } from "@peerline/ui/model/reveal";
import { useRef, useState } from "preact/hooks";
import type { CodeSession } from "./codeSession.ts";
import { type Line, linesOf, type Node } from "./tree.ts";
import { useCode } from "./useCode.ts";

export function Files({ code }: { code: CodeSession }) {
  useCode(code);
  const [current, setCurrent] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const lines = linesOf(code.folders.roots(), (node) => code.folders.isOpen(node));
  const found = lines.findIndex(({ node }) => node.key === current);
  const place = Math.max(0, found);
  const focus = (index: number): void => {
    const line = lines[Math.max(0, Math.min(index, lines.length - 1))];
    if (line !== undefined) {
      setCurrent(line.node.key);
      const items = tree.current?.querySelectorAll<HTMLElement>('[role="treeitem"]');
      items?.[lines.indexOf(line)]?.focus();
    }
  };
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
        {lines.map(({ node, level, position, count }, index) => (
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
                name={
                  node.kind === "file" ? "file" : code.folders.isOpen(node) ? "down" : "chevron"
                }
              />
            )}
            <span class="tree-name">
              <Plain text={nameOf(node)} />
            </span>
            {node.kind === "problem" && !isReading(node) && <span class="tree-retry">Retry</span>}
          </div>
        ))}
      </div>
    </section>
  );
}
