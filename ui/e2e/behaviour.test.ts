import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { LARGE, SMALL, type Window, windowsOfFile } from "./browser";
import { account, failure, fresh, many, manyProviders, profile, scenario } from "./scenarios";
import {
  chooseFirst,
  comesTo,
  DOCUMENT,
  LINKED,
  placeKey,
  refusal,
  refusingEmbedded,
  signingWithRsa,
  startLink,
  startPin,
  toAccount,
  toFile,
  toImport,
  toMore,
  toPreview,
  toProfile,
  toProfiles,
  toTab,
} from "./walks";

const inWindow = windowsOfFile();

const heading = (window: Window, name: string | RegExp) =>
  window.page.getByRole("heading", { name, level: 1 }).and(window.page.locator(":focus"));

/** The sidebar's place of this name, where the focus and the window are. */
const here = (window: Window, name: string) =>
  window.page.locator(`nav [aria-current="page"]:focus`, { hasText: name });

describe("the first account", () => {
  test("comes from the practice provider in one press, and focus follows to what is new", () =>
    inWindow(fresh(), async (window) => {
      await window.page.getByRole("button", { name: /Try it with the practice/ }).waitFor();
      await window.tabTo(/Try it with the practice/);
      await window.press("Enter");
      await heading(window, "Waiting for you at Practice provider").waitFor();
      expect(await window.calls("create_vault")).toEqual([{ passphrase: null }]);
      expect(await window.calls("start_practice")).toHaveLength(1);
      await window.page.getByText(/waiting for you, /).waitFor();
      await window.emit("link_progress", { id: 1, profile: "practice", step: LINKED });
      await heading(window, "Practice provider is linked").waitFor();
      await window.press("Enter");
      await heading(window, "Practice provider is linked").waitFor({ state: "detached" });
    }));

  test("can come from a backup, before there is a vault", () =>
    inWindow(fresh(), async (window) => {
      await window.page.getByRole("button", { name: "Restore a backup…" }).waitFor();
      await window.tabTo("Restore a backup…");
      await window.press("Enter");
      await window.page.getByText("There is no vault yet", { exact: false }).waitFor();
      await window.press("Escape");
      await window.page.getByRole("dialog").waitFor({ state: "detached" });
    }));

  test("is not needed for the inspector and the settings", () =>
    inWindow(fresh(), async (window) => {
      await window.page.getByRole("button", { name: "Link an account" }).waitFor();
      await window.press(placeKey("inspector"));
      await window.page.getByRole("heading", { name: "Token inspector" }).waitFor();
      await window.press(placeKey("settings"));
      await here(window, "Settings").waitFor();
      await window.page.getByRole("button", { name: "Restore…" }).waitFor();
      await window.press(placeKey("accounts"));
      await window.page.getByRole("heading", { name: "Your accounts, on one belt" }).waitFor();
    }));

  test("asks for a passphrase where no keyring answers, and then goes on", () =>
    inWindow(fresh(), async (window) => {
      await window.page.getByRole("button", { name: "Link an account" }).waitFor();
      await window.page.evaluate((refused) => Object.assign(globalThis.rust.scenario.refused, refused), {
        create_vault: failure("keyring_unavailable", "No keyring answers.", "Start one."),
      });
      await window.tabTo("Link an account");
      await window.press("Enter");
      await window.page
        .getByLabel("Passphrase", { exact: true })
        .and(window.page.locator(":focus"))
        .waitFor();
      await window.page.evaluate(() => {
        globalThis.rust.scenario.refused = {};
      });
      await window.page.keyboard.type("correct horse");
      await window.press("Tab");
      await window.page.keyboard.type("correct hors");
      await window.press("Enter");
      await window.page.getByText("The two are not the same.").waitFor();
      await window.page.keyboard.type("e");
      await window.press("Enter");
      await window.page.getByRole("searchbox").waitFor();
      expect((await window.calls("create_vault")).at(-1)).toEqual({ passphrase: "correct horse" });
    }));
});

describe("a provider whose client the catalogue brings", () => {
  test("is linked in one press, and its profile is made once", () =>
    inWindow(scenario(), async (window) => {
      for (const _ of ["first", "again"]) {
        await window.page.getByRole("row").first().waitFor();
        await window.press("Control+n");
        await window.page.getByRole("searchbox").and(window.page.locator(":focus")).waitFor();
        await chooseFirst(window, "practice provider, oauth 1.0a");
        await heading(window, "Waiting for you at Practice provider, OAuth 1.0a").waitFor();
        await window.page.getByText("Practice", { exact: true }).waitFor();
        await window.page.getByRole("button", { name: "Back", exact: true }).click();
      }
      expect(await window.calls("add_profile")).toHaveLength(1);
      expect((await window.calls("start_link")).map(({ request }) => request)).toEqual(
        Array(2).fill({
          profile: "practice-oauth1",
          account: null,
          route: "webview",
          scope: null,
          timeout: null,
        }),
      );
    }));
});

describe("the list", () => {
  test("shows what an arrow reaches, and Enter goes to its detail", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+f", "ArrowDown", "ArrowDown");
      await window.page.getByRole("heading", { name: "linkedin", level: 1 }).waitFor();
      await window.press("Enter");
      await window.page.getByRole("tab", { name: "Identity" }).and(window.page.locator(":focus")).waitFor();
    }));

  test("draws only what is in sight of ten thousand accounts, and a search finds one of them", () =>
    inWindow(scenario({ accounts: many(10_000) }), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      expect(await window.page.getByRole("row").count()).toBeLessThan(80);
      await window.press("/");
      await window.page.keyboard.type("person-4321@");
      await window.page.getByText("1 of 10,000").waitFor();
      await window.page.getByRole("row", { name: /person-4321@/ }).waitFor();
    }));

  test("chooses several by Ctrl and Shift, and unlinks them together", () =>
    inWindow(scenario(), async (window) => {
      const { page } = window;
      const row = (name: string) => page.locator(`[data-account^="${name}"]`);
      await row("dropbox").click();
      await row("tidewater").click({ modifiers: ["Control"] });
      await page.getByRole("heading", { name: "2 accounts chosen" }).waitFor();
      await page.getByText("mira.okafor@example.com needs a new sign-in.").waitFor();
      await page.getByRole("button", { name: "Refresh 1 now" }).click();
      await expect
        .poll(() => window.calls("refresh_account"))
        .toEqual([{ account: "tidewater/mira.okafor-example.com" }]);
      await row("dropbox").click();
      await page.getByRole("tab", { name: "Identity" }).waitFor();
      await row("linkedin").click({ modifiers: ["Shift"] });
      await page.getByRole("heading", { name: "2 accounts chosen" }).waitFor();
      await page.getByRole("button", { name: "Unlink…" }).click();
      await expect.poll(() => window.focused()).toBe("Keep them");
      await window.tabTo("Unlink");
      await window.press("Enter");
      await page.getByText("2 accounts are unlinked.").waitFor();
      expect((await window.calls("unlink_account")).map(({ account }) => account)).toEqual([
        "dropbox/mira.okafor-example.com",
        "linkedin/mira.okafor-example.com",
      ]);
      await page.getByRole("tab", { name: "Identity" }).waitFor();
    }));

  test("links all that were chosen again, one after the other", () =>
    inWindow(
      scenario({
        accounts: ["a", "b", "c"].map((name) =>
          account(`tidewater/${name}`, { status: "needs_relink", email: `${name}@tidewater.example` }),
        ),
      }),
      async (window) => {
        await window.page.getByRole("row").first().waitFor();
        await window.page.locator("[data-account]").first().click();
        await window.press("Control+a");
        await window.page.getByText(/a@.*, .*b@.* and .*c@.* each need a new sign-in/).waitFor();
        await window.page.getByRole("button", { name: "Link all three, one by one" }).click();
        await window.page.getByRole("heading", { name: "Waiting for you at id.tidewater.example" }).waitFor();
        await expect
          .poll(async () => (await window.calls("start_link")).map(({ request }) => Object(request).account))
          .toEqual(["tidewater/a", "tidewater/b", "tidewater/c"]);
      },
    ));

  test("is sorted by need in groups, and by provider or name without, and that is kept", () =>
    inWindow(scenario(), async (window) => {
      const { page } = window;
      const first = page.locator("[data-account]").first();
      await page.getByText("Needs you").first().waitFor();
      expect(await first.getAttribute("data-account")).toMatch(/^dropbox/);
      await window.tabTo("Sort");
      await window.press("Enter");
      await page.getByRole("menuitemradio", { name: "By need", checked: true }).waitFor();
      await page.getByRole("menuitemradio", { name: "By provider" }).click();
      await page.getByText("Kept fresh").waitFor({ state: "detached" });
      await window.tabTo("Sort");
      await window.press("Enter");
      await page.getByRole("menuitemradio", { name: "By name" }).click();
      await expect
        .poll(() => window.calls("keep_window_layout"))
        .toEqual(["provider", "who"].map((order) => ({ layout: { list_width: null, order } })));
    }));

  test("is as wide as the person makes it, by key and by pointer, and that is kept", () =>
    inWindow(scenario(), async (window) => {
      const { page } = window;
      await page.getByRole("row").first().waitFor();
      const width = async () => (await page.getByRole("region", { name: "Accounts" }).boundingBox())?.width;
      await window.tabTo("Width of the list");
      await window.press("ArrowRight", "ArrowRight");
      await expect.poll(() => window.calls("keep_window_layout")).toHaveLength(2);
      expect(await width()).toBe(360);
      const edge = await page.getByRole("separator", { name: "Width of the list" }).boundingBox();
      const [x, y] = [(edge?.x ?? 0) + 4, 300];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 500, y);
      await page.mouse.up();
      await expect.poll(width).toBe(520);
      expect((await window.calls("keep_window_layout")).at(-1)).toEqual({
        layout: { list_width: 520, order: "need" },
      });
      await page.mouse.dblclick(x + 520 - 360, y);
      await expect.poll(width).toBe(328);
    }));

  test("does not call the person offline for servers on this machine", () =>
    inWindow(
      scenario({ accounts: [account("practice/ada", { issuer: "http://127.0.0.1:8722" })] }),
      async (window) => {
        await window.page.getByText("Refreshes by itself").waitFor();
        await window.page.context().setOffline(true);
        await window.press("Control+r");
        await window.page.getByText("Refreshed.").waitFor({ state: "attached" });
        expect(await window.page.getByText("You are offline").count()).toBe(0);
        expect(await window.page.getByText("Refreshes by itself").count()).toBe(1);
      },
    ));

  test("takes turns with the detail in a narrow window", () =>
    inWindow(
      scenario(),
      async (window) => {
        await toAccount(window, "tidewater");
        expect(await window.page.getByRole("grid").isVisible()).toBe(false);
        await window.press("Escape");
        await window.page.getByRole("grid").waitFor();
      },
      { size: SMALL },
    ));

  test("opens what a pointer presses, also in a narrow window, and keeps it when the window narrows", () =>
    inWindow(scenario(), async (window) => {
      const { page } = window;
      const press = async (name: string) => {
        const box = await page.getByRole("row", { name }).first().boundingBox();
        await page.mouse.click((box?.x ?? 0) + 80, (box?.y ?? 0) + 20);
        await page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
      };
      await page.getByRole("row").first().waitFor();
      await press("linkedin");
      await page.setViewportSize(SMALL);
      await page.getByRole("button", { name: "Back to accounts" }).click();
      await page.getByRole("grid").waitFor();
      await press("dropbox");
      expect(await page.getByRole("grid").isVisible()).toBe(false);
      await page.getByRole("tab", { name: "Identity" }).and(page.locator(":focus")).waitFor();
      await page.getByRole("button", { name: "Back to accounts" }).click();
      await page.getByRole("grid").waitFor();
      await page.setViewportSize(LARGE);
      await page.getByRole("heading", { name: "dropbox", level: 1 }).click();
      await page.setViewportSize(SMALL);
      await page.getByRole("button", { name: "Back to accounts" }).waitFor();
    }));

  test("is read again when something changed elsewhere", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.page.evaluate(() => globalThis.rust.scenario.accounts.splice(0, 2));
      await window.emit("accounts_changed", null);
      await window.page.getByText("dropbox", { exact: true }).first().waitFor({ state: "detached" });
    }));
});

describe("an account", () => {
  test("says at its hand-overs who asked, and which command does not take its token", () => {
    const held = scenario();
    const output = {
      id: 7,
      account: "tidewater/mira.okafor-example.com",
      kind: "command" as const,
      command: ["/usr/bin/push-token", "--now"],
      token: "stdin" as const,
      timeout: 30,
      file: null,
      format: null,
      added_at: 0,
      delivered_at: null,
      seq: null,
      pending: true,
      failed: { message: "It ended with 1.", at: 0, times: 4, next_at: null },
    };
    return inWindow({ ...held, outputs: [output] }, async (window) => {
      await toAccount(window, "tidewater");
      await toTab(window, "Hand over");
      await window.page.getByText(/^git asked .* and got a token. You are done.$/).waitFor();
      await window.page.getByText(/push-token --now does not take the newest token/).waitFor();
    });
  });

  test("counts no request of the window among the tools that stop when it is unlinked", () =>
    inWindow(scenario(), async (window) => {
      await toAccount(window, "tidewater");
      await window.press("Delete");
      await window.page.getByRole("alertdialog").getByText("Two tools stop working").waitFor();
    }));

  test("is refreshed, renamed and handed over by its keys", () =>
    inWindow(scenario(), async (window) => {
      await toAccount(window, "tidewater");
      await window.press("Control+r");
      await expect
        .poll(() => window.calls("refresh_account"))
        .toEqual([{ account: "tidewater/mira.okafor-example.com" }]);
      await window.press("Control+e");
      await window.page
        .getByRole("tab", { name: "Hand over", selected: true })
        .and(window.page.locator(":focus"))
        .waitFor();
      await window.press("F2");
      await window.page.getByRole("dialog").waitFor();
      await window.press("Control+a");
      await window.page.keyboard.type("work/mira");
      await window.press("Enter");
      await window.page.getByRole("dialog").waitFor({ state: "detached" });
      expect(await window.calls("rename_account")).toEqual([
        { account: "tidewater/mira.okafor-example.com", newName: "work/mira" },
      ]);
    }));

  test("that could not be refreshed by its key says why", () =>
    inWindow(
      scenario({
        refused: { refresh_account: failure("provider_error", "The provider refused.", "Check it.") },
      }),
      async (window) => {
        await toAccount(window, "tidewater");
        await window.press("Control+r");
        await window.page.getByRole("alert").getByText("The provider refused.").waitFor();
      },
    ));

  test("of OAuth 1 that is renewed has a session behind it, and no refresh token", () =>
    inWindow(
      scenario({
        accounts: [
          account("flickr/okafor", { protocol: "oauth1", token_type: null }),
          account("tidewater/mira.okafor-example.com"),
        ],
      }),
      async (window) => {
        await toAccount(window, "flickr");
        await toTab(window, "Token");
        await window.page.getByRole("heading", { name: "The session behind it" }).waitFor();
        expect(await window.page.getByText("refresh token").count()).toBe(0);
      },
    ));

  test("is unlinked only after the safe answer was passed over", () =>
    inWindow(scenario(), async (window) => {
      await toAccount(window, "tidewater");
      await window.press("Delete");
      await window.page.getByRole("button", { name: "Keep it" }).and(window.page.locator(":focus")).waitFor();
      await window.press("Enter");
      expect(await window.calls("unlink_account")).toEqual([]);
      await window.press("Delete");
      await window.page.getByRole("alertdialog").waitFor();
      await window.tabTo("Unlink");
      await window.press("Enter");
      await window.page.getByText("id.tidewater.example is unlinked.").waitFor();
      expect(await window.calls("unlink_account")).toEqual([
        { account: "tidewater/mira.okafor-example.com", revoke: true },
      ]);
    }));

  test("is kept when the provider cannot take the access back, until the person says otherwise", () =>
    inWindow(
      scenario({
        refused: { unlink_account: failure("network", "Not revoked, so the account was kept.", "Later.") },
      }),
      async (window) => {
        await toAccount(window, "tidewater");
        await window.press("Delete");
        await window.tabTo("Unlink");
        await window.press("Enter");
        await window.page.getByText("Not revoked, so the account was kept.").waitFor();
        await window.page.evaluate(() => {
          globalThis.rust.scenario.refused = {};
        });
        await window.tabTo("Wipe here only");
        await window.press("Enter");
        await window.page.getByRole("alertdialog").waitFor({ state: "detached" });
        expect((await window.calls("unlink_account")).at(-1)).toEqual({
          account: "tidewater/mira.okafor-example.com",
          revoke: false,
        });
      },
    ));

  test("of OAuth 1.0a does not expire, is not checked, and has no token to copy", () =>
    inWindow(scenario(), async (window) => {
      await toAccount(window, "flickr");
      await window.page.getByText("Does not expire").first().waitFor();
      await window.page.getByText("As told by photos.example’s API; not signed").waitFor();
      expect(await window.page.getByRole("tab").allTextContents()).not.toContain("Checks");
      await toTab(window, "Token");
      await window.page.getByText("OAuth 1.0a, HMAC-SHA1", { exact: false }).waitFor();
      expect(await window.page.getByText("Copy access token").count()).toBe(0);
      await window.press("Control+k");
      await window.page.keyboard.type("copy access flickr");
      await window.page.getByText("Nothing of that name.").waitFor();
      await window.press("Escape", "Escape", "Delete");
      await window.page.getByText("Remove Keybelt in your photos.example account").waitFor();
      expect(await window.page.getByRole("checkbox").count()).toBe(0);
      await window.tabTo("Unlink");
      await window.press("Enter");
      await window.page.getByText("Remove Keybelt in your photos.example account too.").waitFor();
      expect(await window.calls("unlink_account")).toEqual([
        { account: "flickr/okafor_pictures", revoke: false },
      ]);
    }));

  test("is not asked to give back what its server has nowhere to take", () =>
    inWindow(scenario(), async (window) => {
      await toAccount(window, "github");
      await window.press("Delete");
      await window.page.getByText("Remove Keybelt in your github.example account").waitFor();
      expect(await window.page.getByRole("checkbox").count()).toBe(0);
    }));

  test("says what its provider says as text, whatever stands in it", () =>
    inWindow(scenario(), async (window) => {
      await toAccount(window, "tidewater");
      await window.page.getByText("<img src=x onerror=alert(1)>", { exact: false }).waitFor();
      expect(await window.page.locator("img").count()).toBe(0);
      expect(await window.page.getByText("\u202e").count()).toBe(0);
      expect(await window.page.getByRole("button", { name: "more" }).count()).toBeGreaterThan(0);
    }));

  test("has its token copied by Rust, and the clipboard cleared on a word", () =>
    inWindow(scenario(), async (window) => {
      await toAccount(window, "tidewater");
      await window.press("Control+k");
      await window.page.keyboard.type("copy access");
      await window.press("Enter");
      await window.tabTo("Copy for 30 seconds");
      await window.press("Enter");
      await window.page.getByText("Access token copied.").waitFor();
      await window.page.getByRole("button", { name: "Clear now" }).focus();
      await window.press("Enter");
      await expect.poll(() => window.calls("clear_clipboard")).toHaveLength(1);
    }));
});

describe("linking", () => {
  test("a second account says whose window is open, and cancels that", () =>
    inWindow(scenario(), async (window) => {
      const { page } = window;
      await startLink(window);
      await page.evaluate(() => Object.assign(globalThis.rust.scenario, { queues: true }));
      await window.press("Control+n");
      await page.getByRole("searchbox").and(page.locator(":focus")).waitFor();
      await chooseFirst(window, "practice provider, oauth");
      await page.getByText("The window of tidewater is open.").waitFor();
      await page.getByRole("button", { name: "Show it" }).click();
      await expect.poll(() => window.calls("raise_link")).toEqual([{ id: 1 }]);
      expect(await page.getByText(/waiting for you, /).count()).toBe(0);
      expect(await page.getByText("The window is open").count()).toBe(0);
      await page.getByRole("button", { name: "Cancel the authorization of tidewater" }).click();
      await page.getByText("The window of tidewater is open.").waitFor({ state: "detached" });
      expect(await window.calls("cancel_link")).toEqual([{ id: 1 }]);
    }));

  test("sets a new server up, and forgets the secret as it goes down", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+n");
      await window.page.getByRole("searchbox").and(window.page.locator(":focus")).waitFor();
      await chooseFirst(window, "id.example.org");
      await window.page.getByLabel("Client ID").and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("keybelt-mira");
      await window.tabTo(/^Client secret/);
      await window.page.keyboard.type("s3cr3t");
      await window.press("Enter");
      await heading(window, "Waiting for you at id.example.org").waitFor();
      expect(await window.calls("add_profile")).toEqual([
        {
          draft: {
            name: "id.example.org",
            provider: null,
            settings: {
              issuer: "https://id.example.org",
              server_metadata_url: "https://id.example.org/.well-known/openid-configuration",
              client_id: "keybelt-mira",
              client_kwargs: { scope: "openid profile email offline_access" },
            },
            client_secret: "s3cr3t",
            rsa_key: null,
            make_rsa_key: false,
          },
        },
      ]);
      expect((await window.calls("start_link"))[0]).toMatchObject({
        request: { profile: "id.example.org", route: "webview", account: null },
      });
      expect(await window.page.evaluate(() => document.documentElement.outerHTML.includes("s3cr3t"))).toBe(
        false,
      );
    }));

  test("sets a provider of the catalogue up with an id and a secret and nothing else", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+n");
      await window.page.getByRole("searchbox").and(window.page.locator(":focus")).waitFor();
      await chooseFirst(window, "gitlab");
      await window.page.getByLabel("Client ID").and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("7b1f");
      await window.press("Tab");
      await window.page.keyboard.type("s3cr3t");
      await window.tabTo("Save for later");
      await window.press("Enter");
      await window.page.getByText("gitlab is saved.").waitFor();
      await window.page.getByRole("dialog").getByRole("heading", { name: "gitlab", level: 1 }).waitFor();
      expect(await window.calls("add_profile")).toEqual([
        {
          draft: {
            name: "gitlab",
            provider: "gitlab",
            settings: { client_id: "7b1f" },
            client_secret: "s3cr3t",
            rsa_key: null,
            make_rsa_key: false,
          },
        },
      ]);
      expect(await window.calls("start_link")).toEqual([]);
    }));

  test("asks for a consumer secret that was forgotten, and takes none on a word", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+n");
      await window.page.getByRole("searchbox").and(window.page.locator(":focus")).waitFor();
      await chooseFirst(window, "discogs");
      await window.page.getByLabel("Consumer key").and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("ck");
      await window.press("Enter");
      await window.page.getByText("Paste the consumer secret that Discogs shows", { exact: false }).waitFor();
      await expect.poll(() => window.focused()).toBe("Consumer secret");
      expect(await window.calls("add_profile")).toEqual([]);
      await window.tabTo("It shows no consumer secret");
      await window.press("Space");
      await window.tabTo("Link account");
      await window.press("Enter");
      await expect.poll(() => window.calls("add_profile")).toMatchObject([{ draft: { client_secret: "" } }]);
    }));

  test("sets a server of OAuth 1.0a up by hand, where it shows a number", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+n");
      await window.page.getByRole("searchbox").and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("harbour login");
      await window.tabTo(/^Fill in the addresses/);
      await window.press("Enter");
      await window.page.getByLabel("Name of the profile").and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("harbour");
      await window.tabTo(/^OAuth 2, /);
      await window.press("ArrowRight", "Space");
      for (const [label, text] of [
        ["Request token URL", "https://h.example/r"],
        ["Authorize URL", "https://h.example/a"],
        ["Access token URL", "https://h.example/t"],
        ["Consumer key", "ck"],
        ["Consumer secret", "cs"],
      ]) {
        await window.tabTo(String(label));
        await window.page.keyboard.type(String(text));
      }
      await window.tabTo("Embedded window");
      await window.press("ArrowRight", "ArrowRight", "Space");
      await window.tabTo("Link account");
      await window.press("Enter");
      await window.page.getByText("Type the number h.example shows").waitFor();
      expect((await window.calls("add_profile"))[0]).toEqual({
        draft: {
          name: "harbour",
          provider: null,
          settings: {
            request_token_url: "https://h.example/r",
            authorize_url: "https://h.example/a",
            access_token_url: "https://h.example/t",
            client_id: "ck",
            redirect_uri: "oob",
          },
          client_secret: "cs",
          rsa_key: null,
          make_rsa_key: false,
        },
      });
      expect((await window.calls("start_link"))[0]).toMatchObject({
        request: { profile: "harbour", route: "manual" },
      });
    }));

  test("finds one of 357 providers by name, and keeps the focus in the search", () =>
    inWindow(scenario({ providers: manyProviders(357) }), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+n");
      await window.page.getByRole("searchbox").and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("provider 123");
      await window.page.getByRole("option", { name: /Provider 123/ }).waitFor();
      expect(await window.page.getByRole("option").count()).toBe(1);
      expect(
        await window.page.getByRole("searchbox").evaluate((field) => field === document.activeElement),
      ).toBe(true);
      await window.press("ArrowDown", "Enter");
      await window.page.getByRole("heading", { name: "Set up Provider 123" }).waitFor();
    }));

  test("says why it is the browser where a provider refuses embedded ones", () =>
    inWindow(refusingEmbedded(), async (window) => {
      await startLink(window);
      await window.page
        .getByRole("heading", { name: "id.tidewater.example wants your own browser" })
        .waitFor();
      await window.page.getByText("does not allow signing in inside other programs").waitFor();
      expect(await window.page.getByText("Use my browser instead").count()).toBe(0);
    }));

  test("goes over to the browser on a word, and follows there", () =>
    inWindow(scenario(), async (window) => {
      await startLink(window);
      await window.tabTo("Show the window");
      await window.press("Enter");
      await expect.poll(() => window.calls("raise_link")).toEqual([{ id: 1 }]);
      await window.tabTo("Use my browser instead");
      await window.press("Enter");
      await window.page.getByRole("list").getByText("Sent to your browser").waitFor();
      expect(await window.calls("link_in_browser")).toEqual([{ id: 1 }]);
      await window.tabTo("Open it again");
      await window.press("Enter");
      await expect.poll(() => window.calls("open_link")).toEqual([{ id: 1 }]);
      await window.tabTo(/^Copy the address/);
      await window.press("Enter");
      await window.page.getByText("Copied").first().waitFor();
    }));

  test("takes a pasted address, and says why one is refused", () =>
    inWindow(scenario(), async (window) => {
      await startLink(window, "manual");
      await window.page.evaluate((refused) => Object.assign(globalThis.rust.scenario.refused, refused), {
        paste_callback: failure(
          "state_mismatch",
          "An answer came that does not belong to this link.",
          "Again.",
        ),
      });
      await window.tabTo("Address you ended at");
      await window.page.keyboard.type("http://127.0.0.1/callback?code=x&state=y");
      await window.press("Enter");
      await window.page.getByText(/does not belong to this link/).waitFor();
      expect(await window.focused()).toBe("Address you ended at");
      expect(await window.calls("paste_callback")).toEqual([
        { id: 1, address: "http://127.0.0.1/callback?code=x&state=y" },
      ]);
    }));

  test("takes the number that an OAuth 1.0a provider shows, and opens it in the browser on a word", () =>
    inWindow(scenario(), async (window) => {
      await startPin(window);
      expect((await window.calls("start_link"))[0]).toMatchObject({
        request: { profile: "flickr", route: "manual" },
      });
      await window.tabTo("Open photos.example");
      await window.press("Enter");
      await expect.poll(() => window.calls("open_link")).toEqual([{ id: 1 }]);
      await window.tabTo("Go on");
      await window.press("Enter");
      await window.page
        .getByText("Type the number that photos.example shows once you allowed access.")
        .waitFor();
      expect(await window.focused()).toBe("Number that photos.example shows");
      await window.page.keyboard.type(" 418306227 ");
      await window.press("Enter");
      await expect.poll(() => window.calls("paste_callback")).toEqual([{ id: 1, address: "418306227" }]);
    }));

  test("that was stopped goes back with a word and no screen", () =>
    inWindow(scenario(), async (window) => {
      await startLink(window);
      await comesTo(window, refusal("cancelled", "The link was cancelled.", "Nothing was stored."));
      await window.page.getByText("The link was cancelled.").waitFor();
      await window.page.getByRole("grid").waitFor();
    }));

  test("that was refused for safety says so at once, and starts afresh on a word", () =>
    inWindow(scenario(), async (window) => {
      await startLink(window);
      await comesTo(window, refusal("state_mismatch", "It does not belong to this link.", "Start it again."));
      await window.page.getByRole("alert").getByText("Refused for safety").waitFor();
      await window.tabTo("Start afresh");
      await window.press("Enter");
      await expect.poll(() => window.calls("start_link")).toHaveLength(2);
    }));

  test("that the command line began is shown here too", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.emit("link_progress", { id: 7, profile: "tidewater", step: { step: "preparing" } });
      await window.page.getByText("Waiting for you at id.tidewater.example").waitFor();
    }));
});

/** A profile without an account. */
const UNUSED = "research-station-harbour-point-north-field-operations-unit-12-a";

describe("the profiles", () => {
  test("begin a new one that is theirs, and go back to them", () =>
    inWindow(scenario(), async (window) => {
      await toProfiles(window);
      await window.page.getByRole("button", { name: "New profile" }).click();
      await window.page.getByRole("heading", { name: "New profile", level: 1 }).waitFor();
      const lit = window.page.getByRole("navigation").locator("[aria-current]");
      expect(await lit.textContent()).toBe("Profiles");
      await window.page.getByRole("button", { name: "Back", exact: true }).click();
      await window.page.getByRole("heading", { name: "Profiles", level: 1 }).waitFor();
    }));

  test("one whose requests carry the signature in their address says what that means", () =>
    inWindow(
      scenario({
        profiles: [
          profile("flickr", {
            protocol: "oauth1",
            settings: {
              "client_kwargs.signature_type": { value: "QUERY", layer: "profile", overrides: "HEADER" },
            },
          }),
        ],
      }),
      async (window) => {
        await toProfile(window, "flickr");
        await window.page.getByText("which servers and proxies write into their logs").waitFor();
      },
    ));

  test("one with accounts is removed only after the safe answer was passed over, and says whom it unlinks", () =>
    inWindow(scenario(), async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo("Remove profile…");
      await window.press("Enter");
      await window.page.getByText("tidewater/mira.okafor-example.com").waitFor();
      await window.page.getByRole("button", { name: "Keep it" }).and(window.page.locator(":focus")).waitFor();
      await window.press("Enter");
      expect(await window.calls("remove_profile")).toEqual([]);
      await window.page.getByRole("heading", { name: "tidewater", level: 1 }).waitFor();
      await window.tabTo("Remove profile…");
      await window.press("Enter");
      await window.tabTo("Unlink the account and remove");
      await window.press("Enter");
      await window.page.getByText("tidewater is removed.").waitFor();
      expect(await window.calls("remove_profile")).toEqual([
        { profile: "tidewater", unlink: ["tidewater/mira.okafor-example.com"] },
      ]);
      await window.page.getByRole("row", { name: /^tidewater/ }).waitFor({ state: "detached" });
    }));

  test("one without accounts takes no account with it", () =>
    inWindow(scenario(), async (window) => {
      await toProfile(window, UNUSED);
      await window.tabTo("Remove profile…");
      await window.press("Enter");
      await window.tabTo("Remove profile");
      await window.press("Enter");
      await expect.poll(() => window.calls("remove_profile")).toEqual([{ profile: UNUSED, unlink: [] }]);
    }));

  test("one that is opened and closed gives the focus back to its row", () =>
    inWindow(scenario(), async (window) => {
      await toProfile(window, "github");
      await window.press("Escape");
      await window.page
        .getByRole("row", { name: /^github/ })
        .and(window.page.locator(":focus"))
        .waitFor();
    }));

  test("are sorted by what the person chose", () =>
    inWindow(scenario(), async (window) => {
      await toProfiles(window);
      const first = async () => (await window.page.getByRole("row").nth(1).textContent()) ?? "";
      await expect.poll(first).toContain("flickr");
      await window.page.getByRole("columnheader", { name: "Profile" }).click();
      await expect.poll(first).toContain("tidewater");
    }));

  test("lead to an account that is linked through them", () =>
    inWindow(scenario(), async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo(/mira\.okafor@example\.com/);
      await window.press("Enter");
      await window.page.getByRole("heading", { name: "tidewater", level: 1 }).waitFor();
      await window.page.getByRole("tab", { name: "Identity" }).waitFor();
      expect(await window.page.getByRole("dialog").count()).toBe(0);
    }));
});

describe("a profile", () => {
  test("shows all its settings from the top", () =>
    inWindow(
      scenario(),
      async (window) => {
        await toProfile(window, "tidewater");
        await window.page.getByRole("button", { name: /All settings/ }).click();
        await window.page.getByRole("columnheader", { name: "Setting" }).waitFor();
        const top = await window.page.getByLabel("Find a setting").boundingBox();
        expect(top?.y).toBeGreaterThan(60);
      },
      { size: SMALL },
    ));

  test("has a setting changed in its place, as it was typed, and the focus goes back to its pencil", () =>
    inWindow(scenario(), async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo(/^All settings/);
      await window.press("Enter");
      await window.tabTo("Change client_id");
      await window.press("Enter");
      await window.page.getByLabel("New value of client_id").and(window.page.locator(":focus")).waitFor();
      await window.press("Control+a");
      await window.page.keyboard.type("0123");
      await window.press("Enter");
      await window.page.getByRole("row", { name: "client_id 0123 Profile" }).waitFor();
      await expect.poll(() => window.focused()).toBe("Change client_id");
      expect(await window.calls("set_profile")).toEqual([
        {
          profile: "tidewater",
          change: { settings: {}, typed: { client_id: "0123" }, client_secret: null, rsa_key: null },
        },
      ]);
    }));

  test("has one of its own settings taken out, so that the layer below counts", () =>
    inWindow(scenario(), async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo("Change what to ask for");
      await window.press("Enter");
      await window.page.getByText("openid counts.").waitFor();
      await window.tabTo("Take it out");
      await window.press("Enter");
      await expect
        .poll(() => window.calls("set_profile"))
        .toMatchObject([{ change: { settings: { "client_kwargs.scope": null } } }]);
    }));

  test("takes a client secret once, and forgets it as it goes down", () =>
    inWindow(scenario(), async (window) => {
      await toProfile(window, "github");
      await window.tabTo("Set a client secret");
      await window.press("Enter");
      await window.page.getByLabel("New client secret").and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("s3cr3t");
      await window.press("Enter");
      await window.page.getByRole("button", { name: "Replace the client secret" }).waitFor();
      expect(await window.calls("set_profile")).toMatchObject([
        { profile: "github", change: { typed: {}, client_secret: "s3cr3t" } },
      ]);
      expect(await window.page.evaluate(() => document.documentElement.outerHTML.includes("s3cr3t"))).toBe(
        false,
      );
    }));

  test("is renamed, and its accounts with it", () =>
    inWindow(scenario(), async (window) => {
      await toMore(window, "tidewater", "Rename…");
      await window.page.getByLabel("Name of the profile").and(window.page.locator(":focus")).waitFor();
      await window.press("Control+a");
      await window.page.keyboard.type("work");
      await window.press("Enter");
      await window.page.getByRole("dialog").getByRole("heading", { name: "work", level: 1 }).waitFor();
      await window.page.getByRole("dialog").getByText("mira.okafor@example.com").waitFor();
      expect(await window.calls("rename_profile")).toEqual([{ profile: "tidewater", newName: "work" }]);
    }));

  test("is written down in the form that was chosen, copied, and saved by Rust", () =>
    inWindow(scenario({ renamed: [{ name: "tidewater", key: "tide" }] }), async (window) => {
      await toMore(window, "tidewater", "Export…");
      await window.page.getByText('"client_id": "7b1f"').waitFor();
      await window.page.getByText("The redirect URIs of tidewater end in tide.", { exact: false }).waitFor();
      await window.tabTo("JSON");
      await window.press("ArrowRight", "Space");
      await window.page.getByText("[tidewater]").waitFor();
      await window.tabTo("Copy: the document");
      await window.press("Enter");
      await expect
        .poll(() => window.page.evaluate(() => navigator.clipboard.readText()))
        .toContain("[tidewater]");
      await window.page.getByRole("button", { name: "Save…" }).focus();
      await window.press("Enter");
      await window.page.getByText("Saved as /home/mira/profiles.json.").waitFor();
      expect(await window.calls("save_profiles")).toEqual([{ profiles: ["tidewater"], format: "toml" }]);
    }));
});

describe("an import", () => {
  test("saves nothing before it is asked to, and only what is whole and chosen", () =>
    inWindow(scenario(), async (window) => {
      await toPreview(window);
      expect(await window.calls("import_profiles")).toEqual([]);
      expect(await window.page.evaluate(() => document.documentElement.outerHTML.includes("s3cr3t"))).toBe(
        false,
      );
      await window.page.getByRole("button", { name: "Import 2 profiles" }).waitFor();
      expect(await window.focused()).toBe("Import profiles");
      await window.tabTo("Use access_token_url");
      await window.press("Enter");
      await window.page.getByRole("button", { name: "Import 3 profiles" }).waitFor();
      expect(await window.calls("mend_import")).toEqual([
        { mends: [{ profile: "zoom-studio", key: "acess_token_url", becomes: "access_token_url" }] },
      ]);
      await window.tabTo("Import strava");
      await window.press("Space");
      await window.tabTo("Keep mine");
      await window.press("ArrowRight", "Space");
      await window.page.getByText("1 secret goes into the vault.").waitFor();
      await window.tabTo("Import 3 profiles");
      await window.press("Enter");
      await window.page.getByText("3 profiles imported.").waitFor();
      expect(await window.calls("import_profiles")).toEqual([
        {
          chosen: [
            { name: "gitlab-ci", replace: false },
            { name: "flickr", replace: true },
            { name: "zoom-studio", replace: false },
          ],
        },
      ]);
      await window.page.getByRole("row", { name: /^zoom-studio/ }).waitFor();
    }));

  test("that is given up lets go of the document", () =>
    inWindow(scenario(), async (window) => {
      await toPreview(window);
      await window.press("Escape");
      await expect.poll(() => window.calls("forget_import")).not.toEqual([]);
      expect(await window.calls("import_profiles")).toEqual([]);
    }));

  test("takes a file that is opened, and says what is none", () =>
    inWindow(scenario(), async (window) => {
      await toImport(window);
      const input = window.page.locator('input[type="file"]');
      await input.setInputFiles({
        name: "photo.png",
        mimeType: "image/png",
        buffer: Buffer.from([0xff, 0xfe, 0]),
      });
      await window.page.getByText("photo.png is no text, or larger than 1 MiB.").waitFor();
      expect(await window.calls("preview_import")).toEqual([]);
      await input.setInputFiles({
        name: "oauth-clients.json",
        mimeType: "application/json",
        buffer: Buffer.from(DOCUMENT),
      });
      await window.page.getByText("From oauth-clients.json, JSON, 4 profiles.", { exact: false }).waitFor();
      await window.page.getByText("Delete the file afterwards.", { exact: false }).waitFor();
      expect(await window.calls("preview_import")).toEqual([{ text: DOCUMENT }]);
    }));

  test("takes a file that is dropped", () =>
    inWindow(scenario(), async (window) => {
      await toImport(window);
      const file = join(await mkdtemp(join(tmpdir(), "keybelt-")), "dropped.json");
      await writeFile(file, DOCUMENT);
      const box = await window.page.getByText("Drop a file here, or").boundingBox();
      const cdp = await window.page.context().newCDPSession(window.page);
      for (const type of ["dragEnter", "dragOver", "drop"] as const) {
        await cdp.send("Input.dispatchDragEvent", {
          type,
          x: (box?.x ?? 0) + 4,
          y: (box?.y ?? 0) + 4,
          data: { items: [], files: [file], dragOperationsMask: 1 },
        });
      }
      await window.page.getByText("From dropped.json", { exact: false }).waitFor();
      await rm(dirname(file), { recursive: true });
    }));
});

describe("the vault", () => {
  test("is locked by a key, and a wrong passphrase keeps the focus and changes nothing", () =>
    inWindow(scenario({ vault: { ...scenario().vault, key_source: "passphrase" } }), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+l");
      await window.page.getByLabel("Passphrase").and(window.page.locator(":focus")).waitFor();
      expect(await window.page.getByText("mira.okafor@example.com").count()).toBe(0);
      await window.page.keyboard.type("wrong");
      await window.press("Enter");
      await window.page.getByText("That is not the passphrase. Nothing was changed.").waitFor();
      expect(await window.focused()).toBe("Passphrase");
      await window.page.keyboard.type("correct horse");
      await window.press("Enter");
      await window.page.getByRole("row").first().waitFor();
    }));
});

describe("keys and sizes", () => {
  test("F6 goes round the panes", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      const visited: (string | null)[] = [];
      for (let step = 0; step < 3; step += 1) {
        await window.press("F6");
        visited.push(
          await window.page.evaluate(
            () => document.activeElement?.closest("[data-pane]")?.getAttribute("aria-label") ?? null,
          ),
        );
      }
      expect(visited).toEqual(["Places", "Accounts", "Account"]);
    }));

  test.each([
    [640, 400],
    [360, 560],
  ])("nothing sticks out at twice the size and more: %i by %i", (width, height) =>
    inWindow(
      scenario(),
      async (window) => {
        await toAccount(window, "tidewater");
        await window.settled();
        expect(await window.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
          true,
        );
        const more = await window.page.getByRole("button", { name: "More for this account" }).boundingBox();
        expect(more && more.x + more.width <= width).toBe(true);
      },
      { size: { width, height } },
    ),
  );

  test("the bar says its scopes by name until Escape, or a press elsewhere", () =>
    inWindow(
      scenario(),
      async (window) => {
        const scopes = window.page.getByRole("button", { name: "3 scopes" });
        const raw = window.page.getByText("repo:read");
        for (const leave of [() => window.press("Escape"), () => window.page.getByRole("status").click()]) {
          await window.tabTo("3 scopes");
          await window.press("Enter");
          await raw.waitFor();
          expect(await scopes.getAttribute("aria-expanded")).toBe("true");
          await raw.click();
          expect(await scopes.getAttribute("aria-expanded")).toBe("true");
          await leave();
          await window.page.getByRole("list", { name: "Keybelt asks to" }).waitFor();
          expect(await scopes.getAttribute("aria-expanded")).toBe("false");
        }
      },
      { size: { width: 640, height: 72 }, path: "bar.html" },
    ));

  test("a long origin is cut at its start, so that its domain is seen whole", () => {
    const held = scenario();
    held.bar = {
      ...held.bar,
      origin_prefix: "accounts.example.com.".repeat(12),
      origin_domain: "evil.example",
    };
    return inWindow(
      held,
      async (window) => {
        const domain = window.page.getByText("evil.example", { exact: true });
        await domain.waitFor();
        const box = await domain.boundingBox();
        const buttons = await window.page.getByRole("button").first().boundingBox();
        expect(box && buttons && box.x > 30 && box.x + box.width < buttons.x).toBe(true);
        await window.tabTo("Cancel");
        await window.press("Enter");
        await expect.poll(() => window.calls("bar_cancel")).toHaveLength(1);
      },
      { size: { width: 640, height: 72 }, path: "bar.html" },
    );
  });

  test("the palette does things by name", () =>
    inWindow(
      scenario(),
      async (window) => {
        await toAccount(window, "tidewater");
        await window.press("Control+k");
        await window.page.keyboard.type("unlink");
        await window.press("Enter");
        await window.page.getByRole("alertdialog").waitFor();
        await window.press("Escape");
        await window.page.getByRole("alertdialog").waitFor({ state: "detached" });
      },
      { size: LARGE },
    ));
});

describe("the page where a client is registered", () => {
  test("is opened by its provider's id, never by an address", () =>
    inWindow(scenario(), async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+n");
      await window.page.getByRole("searchbox").and(window.page.locator(":focus")).waitFor();
      await chooseFirst(window, "discogs");
      await window.page.getByRole("heading", { name: "Set up Discogs" }).waitFor();
      await window.tabTo("Register at Discogs");
      await window.press("Enter");
      await expect.poll(() => window.calls("open_console")).toEqual([{ provider: "discogs" }]);
    }));
});

describe("a file that is kept fresh", () => {
  test("is chosen, shown, and given up again", () =>
    inWindow(scenario(), async (window) => {
      await toFile(window);
      await window.tabTo("Choose a file…");
      await window.press("Enter");
      await window.page.getByText("Written now").waitFor();
      const account = "tidewater/mira.okafor-example.com";
      expect(await window.calls("keep_file")).toEqual([{ account, format: "json" }]);
      await window.tabTo(/^Stop, and delete /);
      await window.press("Enter");
      await window.page.getByText("Written now").waitFor({ state: "detached" });
      expect(await window.calls("remove_output")).toEqual([{ id: 1 }]);
    }));
});

describe("a key that requests are signed with", () => {
  test("is made on a word, and its public half is shown to be copied", () =>
    inWindow(signingWithRsa(), async (window) => {
      await toProfile(window, "flickr");
      await window.tabTo("Make one");
      await window.press("Enter");
      await window.page.getByText("-----BEGIN PUBLIC KEY-----").waitFor();
      expect(await window.calls("make_rsa_key")).toEqual([{ profile: "flickr" }]);
      await window.tabTo(/the public key/);
      await window.press("Enter");
      await window.page.getByText("Copied").first().waitFor();
    }));
});
