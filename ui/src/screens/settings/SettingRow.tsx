import type { ReactNode } from "react";
import styles from "./SettingRow.module.css";

type SettingRowProps = { title: string; help?: ReactNode; children: ReactNode };

/** What can be set, and how it is set. */
export function SettingRow({ title, help, children }: SettingRowProps) {
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {help && <p className={styles.help}>{help}</p>}
      </div>
      <div className={styles.control}>{children}</div>
    </div>
  );
}
