import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { fakeRust, type Scenario } from "./fakeRust";

const BUILT = fileURLToPath(new URL("../dist", import.meta.url));
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
};

/** As strict as the window's own: nothing inline, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

export type Size = { width: number; height: number };
export const SMALL: Size = { width: 720, height: 560 };
export const LARGE: Size = { width: 1280, height: 800 };
export type Theme = "light" | "dark";

type Opening = { size?: Size; theme?: Theme; path?: string };

/** The built front end in a real browser, with nobody but us on the other side. */
export class Window {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    readonly faults: string[],
  ) {}

  static async open(
    studio: Studio,
    scenario: Scenario,
    { size = LARGE, theme = "light", path = "index.html" }: Opening = {},
  ): Promise<Window> {
    const context = await studio.browser.newContext({
      viewport: size,
      colorScheme: theme,
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
      locale: "en-GB",
    });
    context.setDefaultTimeout(5000);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        faults.push(message.text());
      }
    });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(studio.address)) {
        faults.push(`asked for ${request.url()}`);
      }
    });
    await page.addInitScript(fakeRust, scenario);
    await page.goto(`${studio.address}/${path}`);
    return new Window(page, context, faults);
  }

  /** What was asked of Rust, by name. */
  async calls(name: string): Promise<Record<string, unknown>[]> {
    return this.page.evaluate(
      (wanted) => globalThis.rust.calls.filter((call) => call.name === wanted).map((call) => call.arguments),
      name,
    );
  }

  async emit(event: string, payload: unknown): Promise<void> {
    await this.page.evaluate(([name, sent]) => globalThis.rust.emit(String(name), sent), [
      event,
      payload,
    ] as const);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
    }
  }

  /** Walks with Tab until the control of this name has the focus. */
  async tabTo(name: string | RegExp): Promise<void> {
    for (let step = 0; step < 80; step += 1) {
      const focused = await this.focused();
      if (typeof name === "string" ? focused === name : name.test(focused)) {
        return;
      }
      await this.press("Tab");
    }
    throw new Error(`Tab does not reach ${name}`);
  }

  /** The name of what has the focus, as a reader would say it. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) {
        return "";
      }
      const labels = (element.getAttribute("aria-labelledby") ?? "")
        .split(" ")
        .map((id) => (id ? document.getElementById(id)?.textContent : ""))
        .join(" ");
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : "";
      return (
        element.getAttribute("aria-label") ||
        label ||
        labels.trim() ||
        element.textContent ||
        ""
      ).trim();
    });
  }

  /** The same window in another size and theme. */
  async look(size: Size, theme: Theme): Promise<void> {
    await this.page.setViewportSize(size);
    await this.page.emulateMedia({ colorScheme: theme });
    await this.settled();
  }

  /** Until fonts are there and nothing moves any more. */
  async settled(): Promise<void> {
    await this.page.evaluate(async () => {
      await document.fonts.ready;
      await Promise.allSettled(
        document
          .getAnimations()
          .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
          .map((animation) => animation.finished),
      );
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** A browser, and the built files behind an address of their own. */
export class Studio {
  private constructor(
    readonly browser: Browser,
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async open(): Promise<Studio> {
    const server = createServer(async (request, response) => {
      const path = normalize(new URL(request.url ?? "/", "http://here").pathname);
      try {
        const body = await readFile(join(BUILT, path));
        response.writeHead(200, {
          "content-type": TYPES[extname(path)] ?? "application/octet-stream",
          "content-security-policy": POLICY,
        });
        response.end(body);
      } catch {
        response.writeHead(path === "/favicon.ico" ? 204 : 404);
        response.end();
      }
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--force-color-profile=srgb"],
    });
    return new Studio(browser, server, `http://127.0.0.1:${port}`);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

/** One browser for the tests of a file. Each window is closed after its test, and must not have complained. */
export function windowsOfFile() {
  let studio: Studio;
  beforeAll(async () => {
    studio = await Studio.open();
  });
  afterAll(() => studio.close());
  return async (held: Scenario, act: (window: Window) => Promise<void>, opening?: Opening): Promise<void> => {
    const window = await Window.open(studio, held, opening);
    try {
      await act(window);
      expect(window.faults).toEqual([]);
    } finally {
      await window.close();
    }
  };
}
