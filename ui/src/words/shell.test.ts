import { expect, test } from "vitest";
import { shellLines } from "./shell";

const shown = (command: string) => shellLines(command).map((line) => line.join(" "));

test("a command is broken between its arguments, and an option keeps its value", () => {
  expect(shown("keybelt exec practice/ada-practice.example -- ./backup.py")).toEqual([
    "keybelt exec \\",
    "practice/ada-practice.example \\",
    "-- ./backup.py",
  ]);
  expect(shown("keybelt export work/ana --to json --output token.json")).toEqual([
    "keybelt export work/ana --to json \\",
    "--output token.json",
  ]);
  expect(shown("keybelt export work/ana --to json")).toEqual(["keybelt export work/ana --to json"]);
});

test("what is quoted stays whole, and a shell reads the lines as the command", () => {
  const commands = [
    "keybelt export work/ana --to curl | curl -K - https://api.example.com/",
    'eval "$(keybelt export work/ana --to env)"; export KEYBELT_TOKEN',
    "git config --global credential.https://github.com.helper '!keybelt helper git --account work/ana'",
  ];
  for (const command of commands) {
    expect(shown(command).length).toBeGreaterThan(1);
    expect(shown(command).join("\n").replaceAll("\\\n", "")).toBe(command);
  }
  expect(shown(commands[2] ?? "").at(-1)).toBe("'!keybelt helper git --account work/ana'");
});
