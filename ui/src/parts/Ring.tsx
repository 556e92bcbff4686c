import styles from "./Ring.module.css";

/** `quick` for what lasts a moment, `calm` for what may last minutes: every turn of it is drawn by the processor. */
type Spin = "quick" | "calm";

type RingProps = { size?: number; width?: number } & ({ value: number } | { spinning: Spin });

/** What is left until the next refresh, from 0 to 1; spinning where nobody knows how long. Words beside it say the same. */
export function Ring({ size = 14, width = 2.25, ...state }: RingProps) {
  const radius = size / 2 - 1.5;
  const round = 2 * Math.PI * radius;
  const value = "value" in state ? Math.min(1, Math.max(0, state.value)) : 0.3;
  const half = size / 2;
  return (
    <svg
      className={styles.ring}
      data-spinning={"value" in state ? undefined : state.spinning}
      width={size}
      height={size}
      viewBox={`0 0 ${size} ${size}`}
      strokeWidth={width}
      aria-hidden="true"
    >
      <circle className={styles.groove} cx={half} cy={half} r={radius} />
      {value > 0 && (
        <circle
          className={styles.value}
          cx={half}
          cy={half}
          r={radius}
          strokeDasharray={`${round * value} ${round}`}
        />
      )}
    </svg>
  );
}
