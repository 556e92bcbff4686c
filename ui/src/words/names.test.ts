import { expect, test } from "vitest";
import { accountNameFault, profileNameFault } from "./names";

test("names follow the rule of the command line", () => {
  for (const good of ["a", "A.b_c-9", "_x", "x".repeat(64)]) {
    expect(profileNameFault(good)).toBeNull();
  }
  for (const bad of ["", "-a", ".a", "a b", "é", "a/b", "x".repeat(65)]) {
    expect(profileNameFault(bad)).not.toBeNull();
  }
  expect(accountNameFault("work/ana")).toBeNull();
  for (const bad of ["my ada!", "a/", "/a", "a/b/c"]) {
    expect(accountNameFault(bad)).not.toBeNull();
  }
});
