import type { Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { LARGE, SMALL, type Window, windowsOfFile } from "./browser";
import { many, mixed, scenario } from "./scenarios";

const inWindow = windowsOfFile();

/** Loads the page anew and holds the code of the window back until what is given back is called. */
async function held(window: Window): Promise<() => Promise<void>> {
  const { page } = window;
  let asked: (route: Route) => void = () => undefined;
  const first = new Promise<Route>((resolve) => {
    asked = resolve;
  });
  // Rings are drawn by the time.
  await page.clock.setFixedTime(new Date());
  await page.route("**/assets/App-*.js", asked);
  await page.reload();
  const route = await first;
  await window.settled();
  return async () => {
    await route.continue();
    await page.locator('main [role="grid"] [role="row"]').first().waitFor();
    await window.settled();
  };
}

/** The places and the list, which are all there is at first. */
async function seen({ page }: Window, width: number): Promise<string> {
  const { height = 0 } = page.viewportSize() ?? {};
  const picture = await page.screenshot({ clip: { x: 0, y: 0, width, height } });
  return picture.toString("base64");
}

describe("the first paint", () => {
  for (const [what, accounts, order] of [
    ["accounts by need", mixed, "need"],
    ["accounts by name", mixed, "who"],
    ["one account", mixed.slice(0, 1), "need"],
    ["thousands", many(3000), "need"],
  ] as const) {
    test(`looks as what takes its place: ${what}`, () =>
      inWindow(scenario({ accounts: [...accounts], layout: { list_width: null, order } }), async (window) => {
        for (const [size, width] of [
          [LARGE, 500],
          [SMALL, 720],
        ] as const) {
          await window.page.setViewportSize(size);
          const goOn = await held(window);
          expect(await window.page.getByRole("button").count()).toBe(0);
          const before = await seen(window, width);
          await goOn();
          expect(await seen(window, width)).toBe(before);
          await window.page.unroute("**/assets/App-*.js");
        }
      }));
  }

  test("waits for nothing where there is no list", () =>
    inWindow(scenario({ accounts: [] }), async ({ page }) => {
      await page.getByRole("heading", { name: "No accounts" }).waitFor();
    }));

  test("is not waited for where the vault takes its time", () =>
    inWindow(scenario({ silent: ["vault_status"] }), async ({ page }) => {
      await page.getByText("Opening your vault…").waitFor();
    }));
});
