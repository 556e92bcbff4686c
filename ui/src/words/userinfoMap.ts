import type { Setting } from "../bindings/Setting";

/** The standard claims that a profile's `userinfo_map` may say the place of. */
const CLAIMS = ["sub", "name", "preferred_username", "email", "picture"];

const PREFIX = "userinfo_map.";

/** Members of a userinfo answer that are a standard claim by another name. A path into an object is left out. */
export function knownMembers(settings: Record<string, Setting | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, setting]) => {
      const claim = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : "";
      const member = typeof setting?.value === "string" ? memberAt(setting.value) : null;
      return CLAIMS.includes(claim) && member ? [[member, claim]] : [];
    }),
  );
}

/** The member that a path of one step names: dotted, or a JSON Pointer (RFC 6901). */
function memberAt(path: string): string | null {
  const [, step] = /^\/([^/]+)$/.exec(path) ?? [];
  if (step !== undefined) {
    return step.replaceAll("~1", "/").replaceAll("~0", "~");
  }
  return /^[^./]+$/.test(path) ? path : null;
}
