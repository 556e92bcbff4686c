import type { PointerEvent } from "react";

/** Props of what may be cut: a tooltip says the whole of it, only while it is cut. */
export function cutTitle(text: string): { onPointerEnter: (event: PointerEvent<HTMLElement>) => void } {
  return {
    onPointerEnter: ({ currentTarget: shown }) => {
      const cut = shown.scrollWidth > shown.clientWidth || shown.scrollHeight > shown.clientHeight;
      shown.title = cut ? text : "";
    },
  };
}
