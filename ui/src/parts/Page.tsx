import type { ReactNode } from "react";
import { IconButton } from "./IconButton";
import styles from "./Page.module.css";

/** A place without a list: its bar, and what stands below. */
export function Page({
  title,
  onBack,
  headed,
  count,
  actions,
  children,
}: {
  title?: string;
  onBack?: () => void;
  /** Nothing below says more: the bar's title is the page's heading. */
  headed?: boolean;
  /** How many there are, beside the title. */
  count?: string | null;
  /** At the bar's other end. */
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className={styles.page} data-pane tabIndex={-1} aria-label={title}>
      {title && (
        <div className={styles.bar}>
          {onBack && <IconButton icon="left" label="Back" size="md" keys="Esc" onPress={onBack} />}
          {headed ? <h1 className={styles.title}>{title}</h1> : <span className={styles.title}>{title}</span>}
          {count && <span className={styles.count}>{count}</span>}
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
      )}
      {children}
    </main>
  );
}
