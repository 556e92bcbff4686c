import { useSyncExternalStore } from "react";

const NARROW = "(max-width: 899px)";

function follow(changed: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

/** Whether the window is so narrow that the sidebar is a rail, and list and detail take turns. */
export function useNarrow(): boolean {
  return useSyncExternalStore(follow, () => matchMedia(NARROW).matches);
}
