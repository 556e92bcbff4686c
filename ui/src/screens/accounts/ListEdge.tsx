import { type KeyboardEvent, type PointerEvent, useState } from "react";
import styles from "./ListEdge.module.css";

/** The width of the list in sixteenths of the text size: at the least, as it comes, at the most, a step by key. */
const LEAST = 260;
const USUAL = 328;
const MOST = 520;
const STEP = 16;

type ListEdgeProps = {
  /** As the person left it; null: as it comes. */
  width: number | null;
  onMove: (width: number | null) => void;
  onKeep: (width: number | null) => void;
};

/** The edge between list and detail, to be moved: by pointer, or by the arrow keys. A double click takes it back. */
export function ListEdge({ width, onMove, onKeep }: ListEdgeProps) {
  const [grip, setGrip] = useState<{ at: number; width: number } | null>(null);
  const take = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const list = event.currentTarget.previousElementSibling;
    setGrip({ at: event.clientX, width: (list?.getBoundingClientRect().width ?? 0) / sixteenth() });
  };
  const moved = (event: PointerEvent<HTMLElement>) =>
    grip ? within(grip.width + (event.clientX - grip.at) / sixteenth()) : width;
  const letGo = (event: PointerEvent<HTMLElement>) => {
    if (grip && event.clientX !== grip.at) {
      onKeep(moved(event));
    }
    setGrip(null);
  };
  const byKey = (event: KeyboardEvent) => {
    const now = width ?? USUAL;
    const next = { ArrowLeft: now - STEP, ArrowRight: now + STEP, Home: LEAST, End: MOST }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      onKeep(within(next));
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: hr cannot be moved.
    <div
      role="separator"
      tabIndex={0}
      className={styles.edge}
      aria-orientation="vertical"
      aria-label="Width of the list"
      aria-valuenow={width ?? USUAL}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      data-held={grip !== null || undefined}
      onPointerDown={take}
      onPointerMove={(event) => grip && onMove(moved(event))}
      onPointerUp={letGo}
      onPointerCancel={() => setGrip(null)}
      onDoubleClick={() => onKeep(null)}
      onKeyDown={byKey}
    />
  );
}

function within(width: number): number {
  return Math.round(Math.min(MOST, Math.max(LEAST, width)));
}

/** A sixteenth of the text size, in CSS pixels. */
function sixteenth(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}
