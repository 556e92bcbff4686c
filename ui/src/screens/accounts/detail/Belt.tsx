import styles from "./Belt.module.css";

export type Stop = {
  at: number;
  name: string;
  when: string;
  kind: "done" | "now" | "used" | "next" | "end" | "dead";
};

type BeltProps = {
  /** What it is, and every stop, in one sentence. */
  sentence: string;
  stops: Stop[];
  tone?: "ok" | "warn" | "gone";
  /** From here on it is a forecast. */
  forecastFrom?: number;
};

/** The last moment of the life so far. */
const REACHED: Stop["kind"][] = ["now", "used", "dead"];
const CROWDED = 22;
const NEAR_END = 78;

/** A token's life on a line: solid is certain, dashed is a forecast. */
export function Belt({ sentence, stops, tone = "ok", forecastFrom }: BeltProps) {
  const first = stops[0];
  const last = stops.at(-1);
  if (!first || !last || last.at <= first.at) {
    return null;
  }
  const place = (at: number) => Math.min(100, Math.max(0, ((at - first.at) / (last.at - first.at)) * 100));
  const now = stops.find(({ kind }) => REACHED.includes(kind));
  const run = place((now ?? last).at);
  return (
    <div className={styles.belt} data-tone={tone} role="img" aria-label={sentence}>
      <svg className={styles.line} aria-hidden="true" width="100%" height="24">
        <rect className={styles.track} x="0" y="9" width="100%" height="6" rx="3" />
        <rect className={styles.run} x="0" y="9" width={`${run}%`} height="6" rx="3" />
        {forecastFrom !== undefined && (
          <line className={styles.forecast} x1={`${place(forecastFrom)}%`} x2="100%" y1="12" y2="12" />
        )}
        {stops.map(({ name, kind, at }) =>
          kind === "now" ? (
            <line
              key={name}
              className={styles.now}
              x1={`${place(at)}%`}
              x2={`${place(at)}%`}
              y1="0"
              y2="24"
            />
          ) : (
            <circle key={name} className={styles.stop} data-kind={kind} cx={`${place(at)}%`} cy="12" r="5" />
          ),
        )}
      </svg>
      {stops.map((stop) => (
        <Label
          key={stop.name}
          stop={stop}
          place={place(stop.at)}
          reached={stop === now}
          now={now ? place(now.at) : null}
        />
      ))}
    </div>
  );
}

type LabelProps = { stop: Stop; place: number; reached: boolean; now: number | null };

/** Labels stand below; the moment itself, and what comes close to the end, stand above. */
function Label({ stop, place, reached, now }: LabelProps) {
  const edge = place <= 0 ? "start" : place >= 100 ? "end" : "middle";
  const above = reached || (edge === "middle" && (place > NEAR_END || place < CROWDED));
  if (above && !reached && now !== null && Math.abs(now - place) < CROWDED) {
    return null;
  }
  const align =
    edge !== "middle" ? edge : place > 100 - CROWDED / 2 ? "end" : place < CROWDED / 2 ? "start" : "middle";
  return (
    <span
      className={styles.label}
      data-above={above || undefined}
      data-align={align}
      data-bad={stop.kind === "dead" || undefined}
      style={{ insetInlineStart: `${place}%` }}
    >
      <b>{stop.name}</b>
      <span>{stop.when}</span>
    </span>
  );
}
