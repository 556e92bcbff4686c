import { type ReactNode, useRef } from "react";
import { Button, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import styles from "./Disclosed.module.css";
import { Icon } from "./Icon";

type DisclosedProps = {
  title: string;
  /** Inside of something, without a line above it. */
  plain?: boolean;
  children: ReactNode;
};

/** What only some want to see, behind its title. */
export function Disclosed({ title, plain, children }: DisclosedProps) {
  const whole = useRef<HTMLDivElement>(null);
  const show = (open: boolean) => {
    if (open) {
      // Once it is drawn: what was asked for may stand below the edge.
      requestAnimationFrame(() => whole.current?.scrollIntoView({ block: "nearest" }));
    }
  };
  return (
    <Disclosure
      ref={whole}
      onExpandedChange={show}
      className={styles.disclosure ?? ""}
      data-plain={plain || undefined}
    >
      <Heading level={2} className={styles.heading ?? ""}>
        <Button slot="trigger" className={styles.trigger ?? ""}>
          <Icon name="right" size={14} />
          {title}
        </Button>
      </Heading>
      <DisclosurePanel className={styles.panel ?? ""}>{children}</DisclosurePanel>
    </Disclosure>
  );
}
