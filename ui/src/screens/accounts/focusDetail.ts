/** Moves the focus to the chosen tab of the account, once it is drawn. */
export function focusDetail(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>('[data-tab][aria-selected="true"]')?.focus();
  });
}
