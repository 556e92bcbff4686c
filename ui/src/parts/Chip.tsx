import styles from "./Chip.module.css";
import { Icon, type IconName } from "./Icon";

type ChipProps = { children: string; tone?: "neutral" | "ok" | "warn" | "bad" | "accent"; icon?: IconName };

/** A short label. */
export function Chip({ children, tone = "neutral", icon }: ChipProps) {
  return (
    <span className={styles.chip} data-tone={tone}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}
