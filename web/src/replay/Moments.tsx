// A list of moments, newest first, as text: nothing of them is ever read as HTML.
import { Plain } from "@peerline/ui/components/RichText";
import type { Moment } from "./moments.ts";

/** More are not drawn: the newest of them are. */
export const MOST_SHOWN = 200;

interface MomentsProps {
  moments: readonly Moment[];
  label: string;
}

export function Moments({ moments, label }: MomentsProps) {
  const newest = moments.slice(-MOST_SHOWN).reverse();
  return (
    <ol class="moments" aria-label={label} reversed>
      {newest.map((moment, index) => (
        <li key={moments.length - index} class={`lane-${moment.lane}`}>
          <time dateTime={new Date(moment.at).toISOString()}>
            {new Date(moment.at).toLocaleString()}
          </time>{" "}
          <strong>
            <Plain text={moment.name} />
          </strong>{" "}
          <Plain text={moment.did} />
          {moment.code !== undefined && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it may have to be scrolled
            <pre class="code-block" tabIndex={0}>
              <Plain text={moment.code} />
            </pre>
          )}
          {moment.said !== undefined && (
            <p class="said">
              <Plain text={moment.said} />
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

interface LanesProps {
  shown: readonly string[];
  names: Readonly<Record<string, string>>;
  onChange(shown: string[]): void;
}

/** The choice of the lanes that are shown. */
export function LaneChoice({ shown, names, onChange }: LanesProps) {
  return (
    <fieldset class="lane-choice">
      <legend class="unseen">Show</legend>
      {Object.entries(names).map(([lane, name]) => (
        <label key={lane}>
          <input
            type="checkbox"
            checked={shown.includes(lane)}
            onChange={(event) =>
              onChange(
                event.currentTarget.checked
                  ? [...shown, lane]
                  : shown.filter((other) => other !== lane),
              )
            }
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
