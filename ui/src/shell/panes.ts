const STOPS =
  '[aria-current="page"], [role="row"][tabindex="0"], [role="tab"][tabindex="0"], input:not([disabled]), button:not([disabled]), [tabindex="0"]';

/** Moves the focus to the next pane (or, with -1, the one before), at its first stop. */
export function focusPane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter(isSeen);
  if (panes.length === 0) {
    return;
  }
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = at === -1 ? 0 : (at + step + panes.length) % panes.length;
  const pane = panes[next];
  const stops = pane ? [...pane.querySelectorAll<HTMLElement>(STOPS)].filter(isSeen) : [];
  (stops[0] ?? pane)?.focus();
}

/** Moves the focus to the place in the sidebar that the window is at now, unless the page has taken it. */
export function focusPlace(): void {
  const before = document.activeElement;
  requestAnimationFrame(() => {
    const focused = document.activeElement;
    if (focused === before || focused === document.body) {
      const place = document.querySelector<HTMLElement>('nav [aria-current="page"]');
      place?.focus();
      // Who comes from outside is led to where the focus was last; from there it is a step.
      place?.focus();
    }
  });
}

function isSeen(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}
