import { type RefObject, useEffect, useRef } from "react";

/** The heading of something that turns pages: it takes the focus when the page that had it is gone. */
export function useHeadingFocus(page: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) {
      return;
    }
    shown.current = page;
    const dialog = heading.current?.closest('[role="dialog"], [role="alertdialog"]');
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused === dialog || !dialog?.contains(focused)) {
      heading.current?.focus();
    }
  }, [page]);
  return heading;
}
