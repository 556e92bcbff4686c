import type { ReactNode } from "react";
import styles from "./Step.module.css";

/** One step of a set-up, with what belongs to it. */
export function Step({ number, text, children }: { number: number; text: string; children: ReactNode }) {
  return (
    <li className={styles.step}>
      <span className={styles.number} aria-hidden="true">
        {number}
      </span>
      <div className={styles.body}>
        <p className={styles.text}>{text}</p>
        {children}
      </div>
    </li>
  );
}
