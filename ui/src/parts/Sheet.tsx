import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "./IconButton";
import styles from "./Sheet.module.css";
import { useHeadingFocus } from "./useHeadingFocus";

type SheetProps = {
  title: string;
  tile?: ReactNode;
  subtitle: ReactNode;
  /** Beside the button that closes it. */
  actions?: ReactNode;
  /** From one of its pages back to the one before. */
  onBack?: () => void;
  /** For tables. */
  wide?: boolean;
  children: ReactNode;
  foot: ReactNode;
  onClose: () => void;
};

/** A form from the right. */
export function Sheet({ title, tile, subtitle, actions, onBack, wide, children, foot, onClose }: SheetProps) {
  const heading = useHeadingFocus(title);
  return (
    <ModalOverlay className={styles.scrim ?? ""} isOpen isDismissable onOpenChange={onClose}>
      <Modal className={styles.sheet ?? ""} data-wide={wide || undefined}>
        <Dialog className={styles.body ?? ""}>
          <header className={styles.head}>
            {onBack && (
              <span className={styles.back}>
                <IconButton icon="left" label="Back" size="md" onPress={onBack} />
              </span>
            )}
            {tile}
            <div className={styles.titles}>
              <Heading ref={heading} tabIndex={-1} slot="title" level={1} className={styles.title ?? ""}>
                {title}
              </Heading>
              <div className={styles.subtitle}>{subtitle}</div>
            </div>
            {actions}
            <IconButton icon="x" label="Close" size="md" onPress={onClose} />
          </header>
          {/* Each page begins at its top. */}
          <div key={title} className={styles.scroll}>
            {children}
          </div>
          <footer className={styles.foot}>{foot}</footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
