import type { Setting } from "../bindings/Setting";

/** The standard claim of each part that a profile's `userinfo_map` may point at. */
const PARTS: Record<string, string> = {
  subject: "sub",
  name: "name",
  email: "email",
  picture: "picture",
  username: "preferred_username",
};

const PREFIX = "userinfo_map.";

/** Members of a userinfo answer that are a standard claim by another name. A pointer (RFC 6901) into an object is left out. */
export function knownMembers(settings: Record<string, Setting | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, setting]) => {
      const part = key.startsWith(PREFIX) ? PARTS[key.slice(PREFIX.length)] : undefined;
      const [, member] = typeof setting?.value === "string" ? (/^\/([^/]+)$/.exec(setting.value) ?? []) : [];
      return part && member ? [[member.replaceAll("~1", "/").replaceAll("~0", "~"), part]] : [];
    }),
  );
}
