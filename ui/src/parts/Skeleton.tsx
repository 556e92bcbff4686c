import styles from "./Skeleton.module.css";

/** While rows are read: their shape, if it takes longer than a blink. */
export function Skeleton({ label, tile = 32 }: { label: string; tile?: 28 | 32 | 34 }) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {[58, 42, 66, 48, 38, 54].map((width) => (
        <div key={width} className={styles.bone}>
          <svg className={styles.shape} width={tile} height={tile} aria-hidden="true">
            <rect width={tile} height={tile} rx={tile / 4} />
          </svg>
          <svg className={styles.lines} height="36" aria-hidden="true">
            <rect x="0" y="4" rx="4" width={`${width}%`} height="12" />
            <rect x="0" y="23" rx="4" width={`${width + 22}%`} height="10" />
          </svg>
        </div>
      ))}
    </div>
  );
}
