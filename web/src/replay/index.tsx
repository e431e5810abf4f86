// The activity of the session in the page: a list, and the same as a replay.
import type { ActivityEntry } from "@peerline/client/session";
import { asSentence } from "@peerline/ui/refusal";
import { run } from "@peerline/ui/supervise";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asksForReplay } from "../address.ts";
import type { LateCode } from "../code/lateCode.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { reasonOf } from "../shared/drafts.ts";
import { LaneChoice, MOST_SHOWN, Moments } from "./Moments.tsx";
import { LANE_NAMES, LANES, momentsOf } from "./moments.ts";
import { Replay } from "./Replay.tsx";
import "../session/lateStyle.ts";

const PAGE = 200;
/** A replay in the page has at most as many pages. */
const MOST_PAGES = 50;

interface ActivityDialogProps {
  code: LateCode;
  onClose(): void;
}

export function ActivityDialog({ code, onClose }: ActivityDialogProps) {
  const [entries, setEntries] = useState<readonly ActivityEntry[]>([]);
  const [next, setNext] = useState<string>();
  const [refusal, setRefusal] = useState("");
  const [isLoading, setLoading] = useState(false);
  const [isReplay, setReplay] = useState(() => asksForReplay(location.hash));
  const [lanes, setLanes] = useState<string[]>([...LANES]);
  const isOpen = useRef(true);
  const isBusy = useRef(false);
  const load = (pages: number, from?: string): void => {
    if (isBusy.current) {
      return;
    }
    isBusy.current = true;
    setLoading(true);
    setRefusal("");
    run("loading the activity", async () => {
      let before = from;
      try {
        for (let page = 0; page < pages && isOpen.current; page += 1) {
          const answer = await code.client.ask({
            type: "get_activity",
            limit: PAGE,
            ...(before === undefined ? {} : { before }),
          });
          setEntries((known) => [...known, ...answer.entries]);
          before = answer.next;
          setNext(before);
          if (before === undefined) {
            break;
          }
        }
      } catch (error) {
        setRefusal(asSentence(reasonOf(error)));
      } finally {
        isBusy.current = false;
        setLoading(false);
      }
    });
  };
  useEffect(() => {
    load(isReplay ? MOST_PAGES : 1);
    return () => {
      isOpen.current = false;
    };
  }, []);
  const moments = useMemo(() => momentsOf(entries), [entries]);
  const shown = moments.filter(({ lane }) => lanes.includes(lane));
  return (
    <Dialog title={isReplay ? "Replay" : "Activity"} isWide onClose={onClose}>
      {refusal !== "" && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div class="dialog-acts">
        {next !== undefined && (
          <button type="button" disabled={isLoading} onClick={() => load(1, next)}>
            Load Older
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            setReplay(!isReplay);
            if (!isReplay && next !== undefined) {
              load(MOST_PAGES, next);
            }
          }}
        >
          {isReplay ? "Show the List" : "Replay"}
        </button>
        <span class="note" role="status">
          {isLoading ? "Loading…" : ""}
        </span>
      </div>
      {isReplay ? (
        !isLoading && <Replay moments={moments} hash={location.hash} onLink={copyLink} />
      ) : (
        <>
          <LaneChoice shown={lanes} names={LANE_NAMES} onChange={setLanes} />
          {!isLoading && shown.length === 0 && <p class="note">Nothing has happened yet.</p>}
          {shown.length > MOST_SHOWN && (
            <p class="note">
              The last {MOST_SHOWN} of {shown.length}.
            </p>
          )}
          <Moments moments={shown} label="Activity" />
        </>
      )}
    </Dialog>
  );
}

async function copyLink(hash: string): Promise<string> {
  const url = new URL(hash, location.href).href;
  try {
    await navigator.clipboard.writeText(url);
    return "Link copied.";
  } catch {
    // Without https a browser has no clipboard for pages.
    return url;
  }
}
