import type { IconName } from "./Icon";

const ICONS: Record<string, IconName> = {
  request: "send",
  exec: "terminal",
  curl: "globe",
  env: "code",
  header: "key",
  json: "file",
  file: "folder",
};

/** Of a way to hand a token over, by its id. */
export function recipeIcon(id: string): IconName {
  return (Object.hasOwn(ICONS, id) ? ICONS[id] : undefined) ?? "terminal";
}
