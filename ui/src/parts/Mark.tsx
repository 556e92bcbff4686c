import styles from "./Mark.module.css";

/** The mark: a key clipped to a belt. */
export function Mark({ size }: { size: number }) {
  return (
    <svg className={styles.mark} width={size} height={size} viewBox="0 0 40 40" aria-hidden="true">
      <rect x="2" y="4" width="36" height="5.5" rx="2.75" className={styles.belt} />
      <rect x="16" y="2" width="8" height="9.5" rx="2.5" className={styles.clip} />
      <circle cx="20" cy="18" r="6.75" className={styles.ring} />
      <path d="M20 26.4V38M20 31.5h5M20 37h6.5" className={styles.ring} />
    </svg>
  );
}
