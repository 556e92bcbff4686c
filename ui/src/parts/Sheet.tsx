import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "./IconButton";
import styles from "./Sheet.module.css";

type SheetProps = {
  title: string;
  tile: ReactNode;
  subtitle: ReactNode;
  children: ReactNode;
  foot: ReactNode;
  onClose: () => void;
};

/** A form from the right. */
export function Sheet({ title, tile, subtitle, children, foot, onClose }: SheetProps) {
  return (
    <ModalOverlay className={styles.scrim ?? ""} isOpen isDismissable onOpenChange={onClose}>
      <Modal className={styles.sheet ?? ""}>
        <Dialog className={styles.body ?? ""}>
          <header className={styles.head}>
            {tile}
            <div className={styles.titles}>
              <Heading slot="title" level={1} className={styles.title ?? ""}>
                {title}
              </Heading>
              <div className={styles.subtitle}>{subtitle}</div>
            </div>
            <IconButton icon="x" label="Close" size="md" onPress={onClose} />
          </header>
          <div className={styles.scroll}>{children}</div>
          <footer className={styles.foot}>{foot}</footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
