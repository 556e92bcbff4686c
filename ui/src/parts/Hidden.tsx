import type { ReactNode } from "react";
import styles from "./Hidden.module.css";

/** For the reader's ear only; `live` is spoken when it changes. */
export function Hidden({ children, live }: { children: ReactNode; live?: boolean }) {
  return live ? (
    <span className={styles.hidden} role="status">
      {children}
    </span>
  ) : (
    <span className={styles.hidden}>{children}</span>
  );
}
