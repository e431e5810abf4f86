// The replay of a session: a timeline with a lane for each kind, to be played or moved along.
import { Fragment } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { commandOf, type Press } from "./keys.ts";
import { LaneChoice, Moments } from "./Moments.tsx";
import { LANE_NAMES, LANES, type Lane, type Moment } from "./moments.ts";
import { hashOf, SPEEDS, Tape, timeOf } from "./playing.ts";

const MINUTE_MS = 60_000;
const WIDTH = 1000;

interface ReplayProps {
  moments: readonly Moment[];
  /** The part of an address behind `#`: a moment to begin with. */
  hash: string;
  /** A link to a moment, which is then shown. */
  onLink(hash: string): Promise<string>;
}

/** The replay; where nothing has happened it says so. */
export function Replay(props: ReplayProps) {
  return props.moments.length === 0 ? (
    <section class="replay" aria-label="Replay">
      <p class="note">Nothing has happened yet: there is nothing to replay.</p>
    </section>
  ) : (
    <Player {...props} />
  );
}

function Player({ moments: all, hash, onLink }: ReplayProps) {
  const [lanes, setLanes] = useState<string[]>([...LANES]);
  const moments = useMemo(() => all.filter(({ lane }) => lanes.includes(lane)), [all, lanes]);
  const tape = useMemo(() => new Tape(all.map(({ at }) => at)), [all]);
  const paths = useMemo(
    () => new Map(LANES.map((lane) => [lane, lanePath(marks(all, tape, lane), tape.length)])),
    [all, tape],
  );
  const [place, setPlace] = useState(() => {
    const time = timeOf(hash);
    return time === undefined ? 0 : tape.placeOf(time);
  });
  const [speed, setSpeed] = useState<number>(SPEEDS[1]);
  const [isPlaying, setPlaying] = useState(false);
  const [note, setNote] = useState("");
  useEffect(() => {
    if (!isPlaying) {
      return;
    }
    let last = performance.now();
    let frame = requestAnimationFrame(function draw(now) {
      const passed = (now - last) * speed;
      last = now;
      setPlace((before) => Math.min(tape.length, before + passed));
      frame = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, speed, tape]);
  useEffect(() => {
    if (place >= tape.length) {
      setPlaying(false);
    }
  }, [place, tape]);
  const go = (next: number): void => setPlace(Math.max(0, Math.min(tape.length, next)));
  const play = (): void => {
    if (!isPlaying && place >= tape.length) {
      setPlace(0);
    }
    // A single moment is there at once.
    setPlaying(!isPlaying && tape.length > 0);
  };
  const onPress = useRef<(event: KeyboardEvent) => void>(() => {});
  onPress.current = (event) => {
    const command = commandOf(pressOf(event));
    if (command === undefined) {
      return;
    }
    event.preventDefault();
    if (command.kind === "play") {
      play();
    } else {
      go(command.kind === "minute" ? place + command.by * MINUTE_MS : tape.step(place, command.by));
    }
  };
  useEffect(() => {
    // Wherever the focus is: a page that was just opened has it nowhere.
    const onKey = (event: KeyboardEvent): void => onPress.current(event);
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const time = tape.timeAt(place);
  const happened = useMemo(() => moments.filter(({ at }) => at <= time), [moments, time]);
  return (
    <section class="replay" aria-label="Replay">
      <div class="replay-bar">
        <button type="button" class="primary" ref={first} onClick={play}>
          {isPlaying ? "Pause" : "Play"}
        </button>
        <label>
          Speed{" "}
          <select
            value={String(speed)}
            onChange={(event) => setSpeed(Number(event.currentTarget.value))}
          >
            {SPEEDS.map((times) => (
              <option key={times} value={String(times)}>
                {times}×
              </option>
            ))}
          </select>
        </label>
        <time class="replay-time" dateTime={new Date(time).toISOString()}>
          {new Date(time).toLocaleString()}
        </time>
        <button
          type="button"
          onClick={() => {
            onLink(hashOf(time)).then(setNote, () => setNote("The link could not be copied."));
          }}
        >
          Copy Link to This Moment
        </button>
        <span class="note" role="status">
          {note}
        </span>
      </div>
      <div class="timeline">
        <span aria-hidden="true">Time</span>
        <input
          class="scrubber"
          type="range"
          aria-label="Time"
          aria-valuetext={new Date(time).toLocaleString()}
          min={0}
          max={tape.length}
          step={1}
          value={place}
          onInput={(event) => go(Number(event.currentTarget.value))}
        />
        {LANES.map((lane) => (
          <Fragment key={lane}>
            <span aria-hidden="true">{LANE_NAMES[lane]}</span>
            <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
              <path d={paths.get(lane)} />
            </svg>
          </Fragment>
        ))}
      </div>
      <LaneChoice shown={lanes} names={LANE_NAMES} onChange={setLanes} />
      <p class="note">
        {happened.length} of {moments.length}. Silences of more than 30 seconds are skipped, and
        texts of files are not kept.
      </p>
      <Moments moments={happened} label="Moments" />
    </section>
  );
}

/** In a dialog the focus was on what opened the replay: from now on Space is to play it. */
function first(button: HTMLButtonElement | null): void {
  if (button?.closest("dialog") != null) {
    button.focus();
  }
}

function pressOf(event: KeyboardEvent): Press {
  const { target, key, shiftKey: isShift } = event;
  const isOther = event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented;
  return {
    key,
    isShift,
    isOther,
    element: target instanceof HTMLElement ? target.tagName.toLowerCase() : "",
    type: target instanceof HTMLInputElement ? target.type : "",
  };
}

/** The places of the moments of a lane. */
function marks(moments: readonly Moment[], tape: Tape, lane: Lane): number[] {
  return tape.places.filter((_, index) => moments[index]?.lane === lane);
}

/** A mark for each place; places that are drawn at the same pixel are one. */
function lanePath(places: readonly number[], length: number): string {
  const columns = places.map((place) => Math.round((place / Math.max(1, length)) * WIDTH));
  return [...new Set(columns)].map((x) => `M${x} 0v10`).join("");
}
