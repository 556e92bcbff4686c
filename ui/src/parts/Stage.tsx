import { type ReactNode, useEffect, useRef } from "react";
import styles from "./Stage.module.css";

type StageProps = {
  /** Above the title: a tile with its badge, the mark. */
  sign?: ReactNode;
  title: string;
  lead?: ReactNode;
  big?: boolean;
  centred?: boolean;
  width?: "narrow" | "middle" | "wide";
  /** A refusal for safety is read out at once. */
  assertive?: boolean;
  /** Only where the person came here by what they did. */
  takesFocus?: boolean;
  /** What Enter does while the heading has the focus. */
  onEnter?: () => void;
  /** Below a page that has a heading of its own. */
  level?: 1 | 2;
  children?: ReactNode;
};

/** One thing to say, in the middle of its pane. */
export function Stage({
  sign,
  title,
  lead,
  big,
  centred,
  width = "narrow",
  assertive,
  takesFocus,
  onEnter,
  level = 1,
  children,
}: StageProps) {
  const Title = level === 1 ? "h1" : "h2";
  const heading = useRef<HTMLHeadingElement>(null);
  // A stage that says something new has a new title; the heading is where a reader goes on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title is what changed.
  useEffect(() => {
    if (takesFocus) {
      heading.current?.focus();
    }
  }, [takesFocus, title]);
  return (
    <div className={styles.stage}>
      <div className={styles.content} data-width={width} role={assertive ? "alert" : undefined}>
        <div className={centred ? styles.centred : undefined}>
          {sign && <div className={styles.sign}>{sign}</div>}
          <Title
            ref={heading}
            tabIndex={-1}
            className={big ? styles.big : styles.title}
            onKeyDown={onEnter && ((event) => event.key === "Enter" && onEnter())}
          >
            {title}
          </Title>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {children}
      </div>
    </div>
  );
}

/** The buttons of a stage. */
export function Actions({ children, centred }: { children: ReactNode; centred?: boolean }) {
  return (
    <div className={styles.actions} data-centred={centred || undefined}>
      {children}
    </div>
  );
}
