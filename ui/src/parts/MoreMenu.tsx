import type { ReactNode } from "react";
import { Menu, MenuItem, MenuTrigger, Popover, Separator } from "react-aria-components";
import { Icon, type IconName } from "./Icon";
import { IconButton } from "./IconButton";
import { Kbd } from "./Kbd";
import styles from "./MoreMenu.module.css";

/** What else can be done, behind three dots. */
export function MoreMenu({
  label,
  edged,
  children,
}: {
  label: string;
  edged?: boolean;
  children: ReactNode;
}) {
  return (
    <MenuTrigger>
      <IconButton icon="more" label={label} size="md" edged={edged} />
      <Popover className={styles.popover ?? ""} placement="bottom end" offset={6}>
        <Menu className={styles.menu ?? ""} aria-label={label}>
          {children}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

type MoreItemProps = { icon: IconName; text: string; keys?: string; bad?: boolean; onAction: () => void };

/** One of them; the destructive one comes last. */
export function MoreItem({ icon, text, keys, bad, onAction }: MoreItemProps) {
  return (
    <MenuItem className={styles.item ?? ""} textValue={text} data-bad={bad || undefined} onAction={onAction}>
      <Icon name={icon} size={18} />
      <span className={styles.text}>{text}</span>
      {keys && (
        <span className={styles.keys}>
          <Kbd>{keys}</Kbd>
        </span>
      )}
    </MenuItem>
  );
}

/** A line between two groups of them. */
export function MoreLine() {
  return <Separator className={styles.separator ?? ""} />;
}
