import { type ComponentType, use } from "react";

const fetches: (() => void)[] = [];

/**
 * A component whose code is fetched when it is first drawn, or by `fetchRest` before that: the window's first paint does
 * not wait for it. Once it is there it is drawn at once, as if it had always been. Stands inside of a Suspense.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let there: ComponentType<Props> | null = null;
  let coming: Promise<ComponentType<Props>> | null = null;
  const fetched = () => {
    coming ??= load().then((loaded) => {
      there = loaded;
      return loaded;
    });
    return coming;
  };
  fetches.push(() => void fetched());
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each, where the module is read.
  return function Later(props: Props) {
    const Loaded = there ?? use(fetched());
    return <Loaded {...props} />;
  };
}

/** Fetches everything that is not there yet. */
export function fetchRest(): void {
  for (const fetch of fetches.splice(0)) {
    fetch();
  }
}
