import { mkdir } from "node:fs/promises";
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LARGE, SMALL, Studio, type Theme, Window } from "./browser";
import { scenario } from "./scenarios";
import { WALKS } from "./walks";

const pictures = process.env.KEYBELT_PICTURES;
const VARIANTS = [SMALL, LARGE].flatMap((size) =>
  (["light", "dark"] as Theme[]).map((theme) => ({ size, theme })),
);

let studio: Studio;
beforeAll(async () => {
  studio = await Studio.open();
  if (pictures) {
    await mkdir(pictures, { recursive: true });
  }
});
afterAll(() => studio.close());

const EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What another theme can break where the elements and their places are the same. */
const RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"];

/** What axe finds, what the browser complains of, and what sticks out. */
async function findings(window: Window, rules = EVERY_RULE): Promise<string[]> {
  const found = await window.page.evaluate(async (runOnly) => {
    // biome-ignore lint/suspicious/noExplicitAny: axe is a global of the page, put there by its own source.
    const { violations } = await (globalThis as any).axe.run(document, {
      runOnly,
      resultTypes: ["violations"],
    });
    return violations.flatMap((rule: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
      rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
    ) as string[];
  }, rules);
  const wide = await window.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return [...found, ...window.faults, ...(wide ? ["the page scrolls sideways"] : [])];
}

// Each has a window of its own, and the machine's second core would be idle.
describe.concurrent("every screen is reached by keyboard, and axe finds nothing", () => {
  test.each(WALKS)("$name", async ({ name, scenario, walk }) => {
    const window = await Window.open(studio, scenario());
    const found: string[] = [];
    await walk(window);
    await window.page.evaluate(axe.source);
    for (const { size, theme } of VARIANTS) {
      await window.look(size, theme);
      if (pictures) {
        await window.page.screenshot({ path: `${pictures}/${name}-${size.width}-${theme}.png` });
      }
      const rules = theme === "light" ? EVERY_RULE : RULES_OF_COLOUR;
      found.push(...(await findings(window, rules)).map((finding) => `${size.width} ${theme}: ${finding}`));
    }
    await window.close();
    expect(found).toEqual([]);
  });

  test.each(["loading", "secure", "loopback", "bad_certificate", "failed"] as const)(
    "the bar, %s",
    async (connection) => {
      const held = scenario();
      held.bar = { ...held.bar, connection, practice: connection === "loopback" };
      for (const theme of ["light", "dark"] as Theme[]) {
        const size = { width: 640, height: 72 };
        const window = await Window.open(studio, held, { size, theme, path: "bar.html" });
        await window.page.getByRole("button", { name: "Cancel" }).waitFor();
        await window.settled();
        await window.page.evaluate(axe.source);
        if (pictures) {
          await window.page.screenshot({ path: `${pictures}/bar-${connection}-${theme}.png` });
        }
        expect(await findings(window)).toEqual([]);
        await window.close();
      }
    },
  );
});
