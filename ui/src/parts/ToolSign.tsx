import { Icon, type IconName } from "./Icon";
import styles from "./ToolSign.module.css";

/** What kind of tool it is; its name stands beside it. */
export function ToolSign({ icon }: { icon: IconName }) {
  return (
    <span className={styles.sign}>
      <Icon name={icon} />
    </span>
  );
}
