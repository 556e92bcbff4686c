import { describe, expect, test } from "vitest";
import { jsonLines, type Line } from "./json";

const written = (lines: Line[] | null) =>
  lines
    ?.map(({ indent, tokens }) => "  ".repeat(indent) + tokens.map(({ text }) => text).join(""))
    .join("\n");

describe("JSON in lines", () => {
  test("it is indented and nothing in it is changed", () => {
    const text = '{"id":12345678901234567890,"e":1.0E+2,"a":[],"o":{},"l":[1,"x\\"y",null],"é":"\\u00e9"}';
    expect(written(jsonLines(text))).toBe(
      [
        "{",
        '  "id": 12345678901234567890,',
        '  "e": 1.0E+2,',
        '  "a": [],',
        '  "o": {},',
        '  "l": [',
        "    1,",
        '    "x\\"y",',
        "    null",
        "  ],",
        '  "é": "\\u00e9"',
        "}",
      ].join("\n"),
    );
  });

  test("a name is told from a text", () => {
    const [, line] = jsonLines('{"a": "a:b"}') ?? [];
    expect(line?.tokens.map(({ kind }) => kind)).toEqual(["name", "mark", "text"]);
  });

  test("what is no document is left alone", () => {
    for (const text of ["", "hello", '"text"', "1", "{", '{"a":}', "<html>", "{a: 1}"]) {
      expect(jsonLines(text)).toBeNull();
    }
  });

  test("a long text and a deep document end", () => {
    expect(jsonLines(JSON.stringify({ a: "x".repeat(2_000_000) }))).toHaveLength(3);
    const deep = jsonLines("[".repeat(1000) + "]".repeat(1000));
    expect(Math.max(...(deep ?? []).map(({ indent }) => indent))).toBe(40);
  });
});
