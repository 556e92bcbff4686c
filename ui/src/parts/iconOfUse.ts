import type { Use } from "../words/usedBy";
import type { IconName } from "./Icon";

const ICONS: Record<Use["kind"], IconName> = {
  tool: "terminal",
  file: "file",
  request: "send",
  hand: "clipboard",
};

/** Of who was handed a token, by what it is. */
export function iconOfUse(kind: Use["kind"]): IconName {
  return ICONS[kind];
}
