import type { ReactNode } from "react";
import { Checkbox, type CheckboxProps } from "react-aria-components";
import styles from "./Check.module.css";
import { Icon } from "./Icon";

/** A box to tick; the whole row is its label. */
export function Check({
  children,
  ...rest
}: Omit<CheckboxProps, "className" | "children"> & { children: ReactNode }) {
  return (
    <Checkbox {...rest} className={styles.row ?? ""}>
      <span className={styles.box} aria-hidden="true">
        <Icon name="check" size={14} />
      </span>
      <span className={styles.text}>{children}</span>
    </Checkbox>
  );
}
