import { expect, test } from "vitest";
import { knownMembers } from "./userinfoMap";

const setting = (value: unknown) => ({ value, layer: "catalogue" as const, overrides: null });

test("members are known by the pointers of the profile", () => {
  const settings = {
    "userinfo_map.username": setting("/login"),
    "userinfo_map.subject": setting("/a~1b~0c"),
    "userinfo_map.email": setting("/data/email"),
    "userinfo_map.other": setting("/x"),
    "userinfo_map.name": setting(1),
    issuer: setting("/login"),
  };
  expect(knownMembers(settings)).toEqual({ login: "preferred_username", "a/b~c": "sub" });
});
