import type { CSSProperties } from "react";
import { hue, initials } from "../words/providers";
import { Icon, type IconName } from "./Icon";
import styles from "./Tile.module.css";

export type BadgeTone = "ok" | "neutral" | "warn" | "bad";

type TileProps = {
  /** The provider's id, which gives the colour. */
  id: string;
  name: string;
  size?: number;
  badge?: { icon: IconName; tone: BadgeTone; drawn?: boolean };
};

/** A provider's tile: two letters on its colour. Its name stands beside it. */
export function Tile({ id, name, size = 32, badge }: TileProps) {
  const look = { "--hue": hue(id), "--size": `${size}px` } as CSSProperties;
  return (
    <span className={styles.pair} aria-hidden="true">
      {/* Not as text: a control's name must not seem to lack it. */}
      <span className={styles.tile} style={look} data-initials={initials(name)} />
      {badge && (
        <span className={styles.badge} data-tone={badge.tone} data-drawn={badge.drawn || undefined}>
          <Icon name={badge.icon} size={14} />
        </span>
      )}
    </span>
  );
}
