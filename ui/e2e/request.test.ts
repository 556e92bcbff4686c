import { describe, expect, test } from "vitest";
import { type Window, windowsOfFile } from "./browser";
import { account, failure, response, scenario } from "./scenarios";
import { placeKey, toAccount, toRequest } from "./walks";

const inWindow = windowsOfFile();

/** Sends what is typed, without waiting for anything. */
async function send(window: Window): Promise<void> {
  await window.press("Control+Enter");
}

const sent = (window: Window) => window.calls("send_request");

describe("an API request", () => {
  test("begins at the notes where the practice provider has some, until something is typed", () =>
    inWindow(
      scenario({
        accounts: [
          account("practice/ada-practice.example", { provider: "practice", scopes: ["notes", "openid"] }),
        ],
      }),
      async (window) => {
        await toRequest(window);
        const address = window.page.getByLabel(/^Address/);
        expect(await address.inputValue()).toBe("notes");
        await send(window);
        await window.page.getByText("200 OK").waitFor();
        expect((await sent(window))[0]).toMatchObject({ draft: { url: "notes" } });
        await address.fill("");
        await window.press(placeKey("profiles"), placeKey("request"));
        expect(await address.inputValue()).toBe("");
      },
    ));

  test("is sent as it stands, to the profile's own API without a question", () =>
    inWindow(scenario(), async (window) => {
      await toRequest(window, "projects/40118");
      await send(window);
      await window.page.getByText("200 OK").waitFor();
      const [call] = await sent(window);
      expect(call).toEqual({
        draft: {
          account: "dropbox/mira.okafor-example.com",
          method: "GET",
          url: "projects/40118",
          headers: [],
          body: null,
        },
        host: null,
        refresh: false,
      });
    }));

  test("is not sent without an address", () =>
    inWindow(scenario(), async (window) => {
      await toRequest(window);
      await window.page.getByText(/^Type what to ask for below /).waitFor();
      expect(await window.page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
      await window.press("Control+Enter", "Enter");
      expect(await window.page.getByText(/In a terminal/).count()).toBe(0);
      expect(await sent(window)).toHaveLength(0);
    }));

  test("asks before another host gets the token, and sends nothing without a yes", () =>
    inWindow(scenario(), async (window) => {
      await toRequest(window, "https://uploads.example.net/files");
      await send(window);
      const question = window.page.getByRole("alertdialog");
      await question.getByText("git.tidewater.example").waitFor();
      // The safe answer has the focus.
      await window.press("Enter");
      await question.waitFor({ state: "detached" });
      expect(await sent(window)).toHaveLength(0);
      await window.press("Control+Enter");
      await question.waitFor();
      await window.tabTo("Send to uploads.example.net");
      await window.press("Enter");
      await window.page.getByText("200 OK").waitFor();
      expect(await sent(window)).toMatchObject([{ host: "uploads.example.net" }]);
      // Once agreed to, the same host for the same account is not asked about again.
      await window.page.getByLabel(/^Address/).focus();
      await window.press("Control+Enter");
      await expect.poll(() => sent(window)).toHaveLength(2);
      expect(await question.count()).toBe(0);
    }));

  test("is not sent while nothing says where it would go", () =>
    inWindow(scenario(), async (window) => {
      await toRequest(window, "../admin");
      await window.press("Control+Enter", "Enter");
      await window.page.getByText("The address cannot be asked for.").waitFor();
      expect(await sent(window)).toHaveLength(0);
    }));

  test("becomes a POST with the body that is written, of the kind that is chosen", () =>
    inWindow(scenario(), async (window) => {
      await toRequest(window, "notes");
      await window.tabTo(/^Response$/);
      await window.press("ArrowRight", "ArrowRight", "ArrowRight", "Enter");
      await window.tabTo("Form");
      await window.press("ArrowRight", "Space");
      await window.tabTo("Body text");
      await window.page.keyboard.type('{"path": "a/b"}');
      await send(window);
      await window.page.getByText("200 OK").waitFor();
      expect(await sent(window)).toMatchObject([
        {
          draft: {
            method: "POST",
            headers: [["Content-Type", "application/json"]],
            body: '{"path": "a/b"}',
          },
        },
      ]);
    }));

  test("offers to refresh a refused token and sends again", () => {
    const refused = response({ status: 401, reason: "Unauthorized", may_refresh: true });
    return inWindow(scenario({ response: refused }), async (window) => {
      await toRequest(window, "me");
      await send(window);
      await window.tabTo("Refresh and send again");
      await window.press("Enter");
      await window.page.getByText("200 OK").waitFor();
      expect((await sent(window)).map(({ refresh }) => refresh)).toEqual([false, true]);
    });
  });

  test("can be stopped while it waits", () =>
    inWindow(scenario({ silent: ["send_request"] }), async (window) => {
      await toRequest(window, "me");
      await send(window);
      await window.page.getByText("Waiting for an answer").waitFor();
      await window.press("Escape");
      await expect.poll(() => window.calls("cancel_request")).toHaveLength(1);
    }));

  test("stays while other places are looked at, and is forgotten when the vault is locked", () =>
    inWindow(scenario(), async (window) => {
      await toRequest(window, "projects/40118");
      await send(window);
      await window.page.getByText("200 OK").waitFor();
      await window.press(placeKey("accounts"));
      await window.page.getByRole("row").first().waitFor();
      await window.press(placeKey("request"));
      await window.page.getByText("200 OK").waitFor();
      expect(await window.page.getByLabel(/^Address/).inputValue()).toBe("projects/40118");
      await window.press("Control+l");
      await window.page
        .getByRole("button", { name: /Unlock/ })
        .first()
        .click();
      await window.page.getByRole("button", { name: "API request" }).waitFor();
      await window.press(placeKey("request"));
      await window.page.getByLabel(/^Address/).waitFor();
      expect(await window.page.getByLabel(/^Address/).inputValue()).toBe("");
      expect(await window.page.getByText("200 OK").count()).toBe(0);
    }));

  test("is taken up again from what was sent", () =>
    inWindow(scenario(), async (window) => {
      await toRequest(window, "projects/40118");
      await send(window);
      await window.page.getByText("200 OK").waitFor();
      await window.page.getByLabel(/^Address/).fill("other");
      await window.page.getByRole("button", { name: "History" }).focus();
      await window.press("Enter");
      await window.page.getByRole("menuitem", { name: /projects/ }).waitFor();
      await window.press("Enter");
      await expect.poll(() => window.page.getByLabel(/^Address/).inputValue()).toBe("projects/40118");
    }));

  test("is begun as an account from that account's menu", () =>
    inWindow(scenario(), async (window) => {
      await toAccount(window, "linkedin");
      await window.page.getByRole("button", { name: "More for this account" }).focus();
      await window.press("Enter");
      await window.page.getByRole("menuitem", { name: "API request" }).click();
      await window.page.getByRole("button", { name: "Send" }).waitFor();
      await window.page.getByText("mira.okafor-example.com", { exact: true }).first().waitFor();
    }));

  test("a large answer is saved on the person's act and told where", () =>
    inWindow(scenario({ response: response({ body: { kind: "too_large" } }) }), async (window) => {
      await toRequest(window, "export");
      await send(window);
      await window.tabTo("Save to Downloads");
      await window.press("Enter");
      await window.page.getByText("/home/mira/Downloads/40118.json").first().waitFor();
      expect(await window.calls("save_response")).toEqual([{ id: 1 }]);
    }));

  test("a failure of the network stands where the answer would", () => {
    const refused = { send_request: failure("network", "It cannot be reached.", "Check the connection.") };
    return inWindow(scenario({ refused }), async (window) => {
      await toRequest(window, "me");
      await send(window);
      await window.page.getByRole("alert").getByText("It cannot be reached.").waitFor();
    });
  });
});
