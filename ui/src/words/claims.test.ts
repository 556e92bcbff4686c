import { expect, test } from "vitest";
import { explained } from "./claims";

const claims = {
  groups: ["a", "b", "c", "d", "e", "f", "g"],
  exp: 1_795_529_292,
  email_verified: true,
  sub: "117",
  constructor: "x",
  cnf: { jkt: "k" },
};

test("claims stand in their groups, unknown ones last", () => {
  const titles = explained(claims, "Google").map((group) => [
    group.title,
    group.claims.map((claim) => claim.key),
  ]);
  expect(titles).toEqual([
    ["Who you are", ["sub", "email_verified"]],
    ["When", ["exp"]],
    ["This server’s own", ["groups", "constructor", "cnf"]],
  ]);
});

test("values read as people say them", () => {
  const values = new Map(
    explained(claims, "Google").flatMap((group) => group.claims.map((claim) => [claim.key, claim.value])),
  );
  expect(values.get("email_verified")).toEqual({ kind: "text", text: "Yes" });
  expect(values.get("groups")).toEqual({ kind: "text", text: "a, b, c, d, e and 2 more" });
  expect(values.get("exp")).toEqual({ kind: "time", at: 1_795_529_292 });
  expect(values.get("cnf")).toEqual({ kind: "code", text: '{"jkt":"k"}' });
});

test("a meaning names the provider", () => {
  expect(explained({ sub: "1" }, "Tidewater")[0]?.claims[0]?.meaning).toContain("at Tidewater");
});
