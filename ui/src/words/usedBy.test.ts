import { expect, test } from "vitest";
import { toolsAmong, toolsWhich, usesOf } from "./usedBy";

const used = (receiver: string, via: string, last = 100) => ({ receiver, via, last, times: 1 });

test.each([
  ["git", "exec", "Runs with it", "tool"],
  ["backup.sh", "token", "Asks each time", "tool"],
  ["curl", "export:curl", "Asks each time", "tool"],
  ["/home/m/notes.json", "export:json", "File, written once", "file"],
  ["/home/m/kept.json", "output:json", "File, kept fresh", "file"],
  ["notify.sh", "output:stdin", "Runs at each refresh", "tool"],
  ["api.example", "request", "API request", "request"],
  ["clipboard", "copy", "Copied by you", "hand"],
  ["stdout", "export:env", "Printed", "hand"],
])("%s by %s: %s", (receiver, via, how, kind) =>
  expect(usesOf([used(receiver, via)], 100)).toMatchObject([{ how, kind, stale: false }]),
);

test("a file that nobody writes afresh goes stale with the next token", () => {
  const [late, once, kept] = usesOf(
    [used("/f.json", "export:json", 10), used("/k.json", "output:json", 5), used("git", "exec", 30)],
    20,
  );
  expect(late?.name).toBe("git");
  expect(once).toMatchObject({ how: "File, gone stale", stale: true });
  expect(kept).toMatchObject({ how: "File, kept fresh", stale: false });
});

test("tools are counted once each, and neither the clipboard nor a request is one", () => {
  const uses = [
    used("git", "exec", 10),
    used("git", "token", 20),
    used("clipboard", "copy"),
    used("api.example", "request"),
    used("stdout", "token"),
  ];
  const tools = toolsAmong(usesOf(uses, 0));
  expect(tools).toMatchObject([{ name: "git", receiver: { via: "token" } }]);
  expect(toolsWhich(1, "stops", "stop")).toBe("One tool stops");
  expect(toolsWhich(4, "stops", "stop")).toBe("Four tools stop");
  expect(toolsWhich(12, "stops", "stop")).toBe("12 tools stop");
});
