import { expect, test } from "vitest";
import type { LogEntry } from "../bindings/LogEntry";
import { activityLine, days, isOf, says, told, withChecks } from "./activity";

const entry = (
  at: number,
  event: string,
  receiver: string | null = null,
  via: string | null = null,
): LogEntry => ({
  at,
  account: "work/ana",
  event,
  receiver,
  via,
});

test("equal lines of a day are folded, latest first", () => {
  const shown = days(
    [entry(10, "linked"), entry(20, "refreshed"), entry(30, "refreshed"), entry(140, "refreshed")],
    (at) => (at < 100 ? "yesterday" : "today"),
  );
  expect(
    shown.map(({ day, lines }) => [day, lines.map(({ line, times, at }) => [line.text, times, at])]),
  ).toEqual([
    ["today", [["Refreshed", 1, 140]]],
    [
      "yesterday",
      [
        ["Refreshed", 2, 30],
        ["Linked", 1, 10],
      ],
    ],
  ]);
});

test("a hand-over names who got it and how", () => {
  expect(activityLine(entry(1, "handed_over", "git", "export:env"))).toEqual({
    kind: "handed",
    text: "Handed to git",
    who: "git",
    detail: "export:env",
  });
  expect(activityLine(entry(1, "handed_over", "clipboard")).text).toBe("Copied to the clipboard");
  expect(activityLine(entry(1, "handed_over", "stdout", "token")).text).toBe("Handed to a terminal or pipe");
});

test("a revocation that did not come about is told, with its reason", () => {
  expect(activityLine(entry(1, "revocation_failed", null, "provider_unavailable"))).toEqual({
    kind: "refused",
    text: "The provider did not take the access back",
    who: null,
    detail: "provider_unavailable",
  });
});

test("an event of a later version is shown in its own words", () => {
  expect(activityLine(entry(1, "keys_rotated")).text).toBe("keys rotated");
});

test("an output that took the token, or did not, is named with what it came to", () => {
  expect(activityLine(entry(1, "delivered", "sync.sh", "output:stdin"))).toEqual({
    kind: "handed",
    text: "sync.sh took the token",
    who: "sync.sh",
    detail: "an output",
  });
  expect(activityLine(entry(1, "delivery_failed", "/run/token", "not_written"))).toEqual({
    kind: "refused",
    text: "/run/token did not take the token",
    who: "/run/token",
    detail: "it could not be written",
  });
  expect(activityLine(entry(1, "delivery_failed", "sync.sh", "exit 3")).detail).toBe("exit 3");
});

test("lines of different accounts are not folded, and of one second the later comes first", () => {
  const other = { ...entry(20, "refreshed"), account: "home/ana" };
  const [day] = days([entry(20, "linked"), entry(20, "refreshed"), other], () => "today");
  expect(day?.lines.map(({ account, line, number }) => [account, line.text, number])).toEqual([
    ["home/ana", "Refreshed", 2],
    ["work/ana", "Refreshed", 1],
    ["work/ana", "Linked", 0],
  ]);
});

test("a backup and the secrets of a profile are named", () => {
  expect(activityLine(entry(1, "backed_up", "/media/k.backup")).text).toBe(
    "Everything was copied into /media/k.backup",
  );
  expect(activityLine(entry(1, "handed_over", "stdout", "profile:work")).detail).toBe(
    "the secrets of profile work",
  );
});

test("a filter takes the kinds that are meant by it, and all words of a search have to be there", () => {
  expect(isOf("all", "other")).toBe(true);
  expect(isOf("problems", "refused")).toBe(true);
  expect(isOf("problems", "ended")).toBe(false);
  const line = activityLine(entry(1, "refresh_failed", null, "network"));
  expect(says(line, "Google · mira@example.com", "google NETWORK")).toBe(true);
  expect(says(line, "Google · mira@example.com", "google disk")).toBe(false);
  expect(says(line, "", "  ")).toBe(true);
});

test("a delivery is one line: what it came to", () => {
  const handed = (at: number, receiver: string) => entry(at, "handed_over", receiver, "output:json");
  const shown = told([
    handed(10, "a.json"),
    handed(10, "sync.sh"),
    entry(11, "delivered", "a.json", "output:json"),
    entry(12, "delivery_failed", "sync.sh", "exit 3"),
    handed(20, "a.json"),
    entry(30, "handed_over", "a.json", "exec"),
  ]);
  expect(shown.map(({ at, event, receiver }) => [at, event, receiver])).toEqual([
    [11, "delivered", "a.json"],
    [12, "delivery_failed", "sync.sh"],
    // It is still under way.
    [20, "handed_over", "a.json"],
    [30, "handed_over", "a.json"],
  ]);
});

test("an account's ledger says when its identity was verified, and where it was linked", () => {
  const check = (outcome: "pass" | "fail" | "skip") => ({ check: "iss", outcome, detail: "" });
  const detail = { name: "work/ana", checks: [check("pass"), check("pass"), check("skip")], checked_at: 10 };
  const entries = [entry(10, "linked", null, "browser"), entry(30, "refreshed")];
  const texts = (lines: LogEntry[]) => lines.map((line) => activityLine(line).text);
  expect(texts(withChecks(entries, detail))).toEqual([
    "Identity verified: 2 checks passed",
    "Linked in your browser",
    "Refreshed",
  ]);
  expect(texts(withChecks(entries, { ...detail, checks: [check("pass"), check("fail")] }))).toEqual([
    "Linked in your browser",
    "Refreshed",
  ]);
});
