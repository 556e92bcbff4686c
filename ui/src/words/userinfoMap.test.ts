import { expect, test } from "vitest";
import { knownMembers } from "./userinfoMap";

const setting = (value: unknown) => ({ value, layer: "catalogue" as const, overrides: null });

test("members are known by the paths of the profile, in both ways to write one", () => {
  const settings = {
    "userinfo_map.preferred_username": setting("login"),
    "userinfo_map.sub": setting("/a~1b~0c"),
    "userinfo_map.email": setting("data.0.email"),
    "userinfo_map.picture": setting("/data/picture"),
    "userinfo_map.other": setting("/x"),
    "userinfo_map.name": setting(1),
    issuer: setting("login"),
  };
  expect(knownMembers(settings)).toEqual({ login: "preferred_username", "a/b~c": "sub" });
});
