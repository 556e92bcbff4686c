import type { ReactNode } from "react";
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
  return (
    <Disclosure className={styles.disclosure ?? ""} data-plain={plain || undefined}>
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
