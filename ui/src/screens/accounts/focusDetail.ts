/** Moves the focus to the chosen tab of the account, once it is drawn; to the heading where several are chosen. */
export function focusDetail(): void {
  requestAnimationFrame(() => {
    document
      .querySelector<HTMLElement>('[data-tab][aria-selected="true"], [aria-label="Account"] h1[tabindex]')
      ?.focus();
  });
}
