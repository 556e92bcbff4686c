import styles from "./Kbd.module.css";

/** A key to press; the label of its control says the rest. */
export function Kbd({ children }: { children: string }) {
  return (
    <span className={styles.kbd} aria-hidden="true">
      {children}
    </span>
  );
}
