import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import styles from "./Dialog.module.css";
import { useHeadingFocus } from "./useHeadingFocus";

type DialogProps = {
  title: string;
  /** Before and below the title. */
  tile?: ReactNode;
  subtitle?: ReactNode;
  alert?: boolean;
  /** What is shown of several pages that one title has. */
  page?: string;
  /** For lists. */
  wide?: boolean;
  children: ReactNode;
  foot: ReactNode;
  onClose: () => void;
};

/** A question in the middle. Escape and a press beside it close it. */
export function Dialog({ title, tile, subtitle, alert, page, wide, children, foot, onClose }: DialogProps) {
  const heading = useHeadingFocus(page ?? title);
  return (
    <ModalOverlay className={styles.scrim ?? ""} isOpen isDismissable onOpenChange={onClose}>
      <Modal className={styles.dialog ?? ""} data-wide={wide || undefined}>
        <AriaDialog role={alert ? "alertdialog" : "dialog"} className={styles.body ?? ""}>
          <div className={styles.head}>
            {tile}
            <div className={styles.titles}>
              <Heading ref={heading} tabIndex={-1} slot="title" level={1} className={styles.title ?? ""}>
                {title}
              </Heading>
              {subtitle && <div className={styles.subtitle}>{subtitle}</div>}
            </div>
          </div>
          {children}
          <div className={styles.foot}>{foot}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
