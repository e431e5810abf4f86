// The last changes of files in the others' workspaces, the newest first.
import type { EditorFileChange } from "../generated/protocol";
import { agoLabel, baseName, momentLabel } from "../model/format";
import { revealed } from "../model/reveal";
import { useController } from "./context";
import { Fold } from "./Fold";

const SHOWN = 20;

interface FileChangesProps {
  files: readonly EditorFileChange[];
  now: number;
}

export function FileChanges({ files, now }: FileChangesProps) {
  const last = files.at(-1);
  return (
    <Fold
      name="files"
      summary={
        <>
          File changes
          {last !== undefined && (
            <span class="fold-hint" title={revealed(last.file)}>
              {revealed(baseName(last.file))} · {agoLabel(last.timestamp, now)}
            </span>
          )}
        </>
      }
    >
      <ul class="files">
        {files
          .slice(-SHOWN)
          .reverse()
          .map((change) => (
            <li key={change.id}>
              <FileChange change={change} now={now} />
            </li>
          ))}
      </ul>
    </Fold>
  );
}

function FileChange({ change, now }: { change: EditorFileChange; now: number }) {
  const controller = useController();
  const { file, old_file: oldFile, lines_added: added, lines_removed: removed } = change;
  const name = revealed(file);
  const whence = oldFile === undefined ? "" : ` from ${revealed(oldFile)}`;
  return (
    <>
      {change.change === "deleted" ? (
        <span class="file is-deleted" title={name}>
          {name}
        </span>
      ) : (
        <button
          type="button"
          class="file"
          title={`Open ${name}`}
          onClick={() => controller.post({ type: "open", place: { file, line: 1 } })}
        >
          {name}
        </button>
      )}
      <span class="file-note">
        {added !== undefined && <ins>+{added}</ins>}{" "}
        {removed !== undefined && <del>−{removed}</del>} {change.change}
        {whence} by {change.username} ·{" "}
        <time dateTime={change.timestamp} title={momentLabel(change.timestamp)}>
          {agoLabel(change.timestamp, now)}
        </time>
      </span>
    </>
  );
}
