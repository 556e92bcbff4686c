import { describe, expect, test } from "vitest";
import { type Window, windowsOfFile } from "./browser";
import { eventful, pastedOther, pastedToken, scenario, TOKEN } from "./scenarios";
import { ANSWER, byPassphrase, placeKey, toActivity, toInspector, toSettings } from "./walks";

const inWindow = windowsOfFile();

describe("what happened", () => {
  test("is narrowed down by kind and by words, leads to the account, and is exported", () =>
    inWindow(scenario({ log: eventful }), async (window) => {
      await toActivity(window);
      await window.tabTo("Export…");
      await window.press("Enter");
      await window.page.getByText("Saved as /home/mira/keybelt-activity.json.").waitFor();
      await window.tabTo("All");
      await window.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Space");
      await window.page.getByText("Handed to", { exact: false }).first().waitFor({ state: "detached" });
      await window.press("/");
      await window.page.keyboard.type("nothing of it");
      await window.page.getByText("Nothing that happened says “nothing of it”.").waitFor();
      await window.press("Control+a");
      await window.page.keyboard.type("microsoft");
      await window.page.getByRole("row").first().waitFor();
      await window.tabTo(/Could not be refreshed/);
      await window.press("Enter");
      await window.page.getByRole("heading", { name: "microsoft", level: 1 }).waitFor();
    }));
});

describe("the inspector", () => {
  const looked = (window: Window) => window.calls("inspect_pasted");

  test("reads what is pasted by keys, holds it against the profile it names, and asks a server at a word only", () =>
    inWindow(scenario(), async (window) => {
      await toInspector(window);
      await window.page.evaluate((text) => navigator.clipboard.writeText(text), `Bearer ${TOKEN}\n`);
      await window.press("Control+v");
      await window.page.getByText("Genuine, but no longer valid").waitFor();
      // The reader goes on at the verdict, since the button that had the focus is gone.
      await expect.poll(() => window.focused()).toBe("Genuine, but no longer valid");
      const base = { text: TOKEN, fetchKeys: false, accessToken: null };
      expect(await looked(window)).toEqual([
        { ...base, profile: null },
        { ...base, profile: "tidewater" },
      ]);
      await window.tabTo("Fetch them afresh…");
      await window.press("Enter");
      await window.page.getByText("Ask id.tidewater.example for its keys?").waitFor();
      // The safe answer has the focus.
      await window.press("Enter");
      await window.page.getByRole("alertdialog").waitFor({ state: "detached" });
      expect(await looked(window)).toHaveLength(2);
      await window.press("Enter");
      await window.tabTo("Ask for its keys");
      await window.press("Enter");
      await expect.poll(() => looked(window)).toHaveLength(3);
      expect((await looked(window))[2]).toEqual({ ...base, profile: "tidewater", fetchKeys: true });
      await window.tabTo(/Check it against/);
      await window.press("Enter", "Home", "Enter");
      await window.page.getByText("Not checked: no keys").waitFor();
      expect((await looked(window))[3]).toEqual({ ...base, profile: null });
    }));

  test("forgets what it was given when it is left, cleared, or the vault is locked", () =>
    inWindow(scenario(), async (window) => {
      const token = () => window.page.getByText("Pasted token");
      await toInspector(window, TOKEN);
      await token().waitFor();
      await window.press(placeKey("activity"));
      await token().waitFor({ state: "detached" });
      await toInspector(window, TOKEN);
      await window.tabTo("Clear");
      await window.press("Enter");
      await window.page
        .getByRole("button", { name: "Paste", exact: true })
        .and(window.page.locator(":focus"))
        .waitFor();
      await window.press("Control+l");
      await window.page.getByText("Your vault is locked").waitFor();
      expect(await window.page.evaluate(() => document.documentElement.outerHTML)).not.toContain(
        TOKEN.slice(0, 20),
      );
    }));

  test("looks into a token of an answer, with the access token that came with it, and back", () => {
    const answer = JSON.stringify({ access_token: "2YotnFZFEjr1zCsicMWpAA", id_token: TOKEN });
    return inWindow(scenario({ pasted: pastedOther(ANSWER) }), async (window) => {
      await toInspector(window, answer);
      await window.page.getByText("A token endpoint’s answer").waitFor();
      await window.page.evaluate((pasted) => {
        globalThis.rust.scenario.pasted = pasted;
      }, pastedToken());
      await window.tabTo("Look into it: ID token");
      await window.press("Enter");
      await window.page.getByText("Genuine, but no longer valid").waitFor();
      expect((await looked(window)).at(-1)).toMatchObject({
        text: TOKEN,
        accessToken: "2YotnFZFEjr1zCsicMWpAA",
        profile: "tidewater",
      });
      await window.tabTo("Back to the answer");
      await window.press("Enter");
      await expect.poll(async () => (await looked(window)).at(-1)?.text).not.toBe(TOKEN);
    });
  });

  test("says why a file is not read", () =>
    inWindow(scenario(), async (window) => {
      await toInspector(window);
      await window.page.locator("input[type=file]").setInputFiles({
        name: "key.der",
        mimeType: "application/octet-stream",
        buffer: Buffer.from([0xff]),
      });
      await window.page.getByText("key.der is no text, or larger than 1 MiB.").waitFor();
      expect(await looked(window)).toHaveLength(0);
    }));
});

describe("the settings", () => {
  const ground = (window: Window) =>
    window.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  test("take effect at once: theme, text size, and where a link begins", () =>
    inWindow(scenario(), async (window) => {
      await toSettings(window);
      const light = await ground(window);
      await window.tabTo("System");
      await window.press("ArrowRight", "ArrowRight", "Space");
      await expect.poll(() => ground(window)).not.toBe(light);
      const dark = await ground(window);
      await window.page.emulateMedia({ colorScheme: "dark" });
      await window.press("ArrowLeft", "Space");
      await expect.poll(() => ground(window)).toBe(light);
      await window.press("ArrowLeft", "Space");
      await expect.poll(() => ground(window)).toBe(dark);
      await window.tabTo(/Sign in with/);
      await window.press("Enter", "End", "Enter");
      await expect
        .poll(async () => (await window.calls("keep_preferences")).at(-1))
        .toEqual({ preferences: { theme: "system", text_size: "standard", sign_in: "browser" } });
      await window.press("Control+k");
      await window.page.keyboard.type("another tidewater");
      await window.page.getByRole("menuitem", { name: "Link another tidewater account" }).waitFor();
      await window.press("Enter");
      await expect.poll(() => window.calls("start_link")).toMatchObject([{ request: { route: "browser" } }]);
    }));

  test("are drawn at first as the address says", () =>
    inWindow(scenario(), async (window) => {
      await toSettings(window);
      const light = await ground(window);
      await window.page.goto(`${window.page.url()}?theme=dark&text=large`);
      await window.page.getByText("Jump to").waitFor();
      expect(await ground(window)).not.toBe(light);
      expect(await window.page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe(
        "18px",
      );
    }));

  test("move the key with the passphrase of now, and only with two that are the same", () =>
    inWindow(byPassphrase(), async (window) => {
      await toSettings(window);
      await window.tabTo("Change it…");
      await window.press("Enter");
      for (const typed of ["correct horse", "one", "another"]) {
        await window.page.keyboard.type(typed);
        await window.press("Tab");
      }
      await window.press("Shift+Tab", "Enter");
      await window.page.getByText("The two are not the same.").waitFor();
      expect(await window.calls("rekey_vault")).toHaveLength(0);
      await window.press("Control+a");
      await window.page.keyboard.type("one");
      await window.press("Enter");
      await window.page.getByText("opened by the new passphrase now", { exact: false }).waitFor();
      expect(await window.calls("rekey_vault")).toEqual([
        { passphrase: "correct horse", newPassphrase: "one" },
      ]);
      await window.tabTo("System keyring");
      await window.press("Space");
      await window.page.getByText("Keep the key in the system keyring?").waitFor();
      // The choice stands where the key is, until it is moved.
      await window.press("Escape");
      await window.page.getByRole("radio", { name: "Passphrase", checked: true }).waitFor();
    }));

  test("back up and restore", () =>
    inWindow(scenario(), async (window) => {
      await toSettings(window);
      await window.tabTo("Back up…");
      await window.press("Enter");
      await window.page.getByLabel("Passphrase of the backup").and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("elsewhere");
      await window.press("Tab");
      await window.page.keyboard.type("elsewhere");
      await window.press("Enter");
      await window.page.getByText("Backed up to /home/mira/keybelt-2026-11-24.backup.").waitFor();
      expect(await window.calls("back_up_vault")).toEqual([
        { vaultPassphrase: null, passphrase: "elsewhere" },
      ]);
      await window.page.getByText("Last made today", { exact: false }).waitFor();
      await window.tabTo("Restore…");
      await window.press("Enter");
      await window.tabTo("Passphrase of the backup");
      await window.page.keyboard.type("correct horse");
      await window.press("Enter");
      await window.page.getByText("Choose its file first.").waitFor();
      expect(await window.calls("restore_vault")).toHaveLength(0);
      await window.tabTo("Choose the backup…");
      await window.press("Enter");
      await window.page.getByText("keybelt-2026-11-02.backup", { exact: false }).waitFor();
      await window.tabTo("Restore");
      await window.press("Enter");
      await window.page.getByText("The vault before lies in", { exact: false }).waitFor();
    }));
});
