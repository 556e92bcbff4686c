import type { ReactNode } from "react";
import { CopyButton } from "./CopyButton";
import styles from "./Well.module.css";

type WellProps = {
  caption: string;
  /** What is copied. */
  text: string;
  what: string;
  children: ReactNode;
};

/** A frame for what a machine reads, with its name and a button that copies it. */
export function Well({ caption, text, what, children }: WellProps) {
  return (
    <figure className={styles.well}>
      <figcaption className={styles.caption}>
        <span>{caption}</span>
        <CopyButton text={text} what={what} words="Copy" />
      </figcaption>
      {children}
    </figure>
  );
}
