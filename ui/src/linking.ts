import { useQueryClient } from "@tanstack/react-query";
import type { Account } from "./bindings/Account";
import type { ProfileName } from "./bindings/ProfileName";
import type { Route } from "./bindings/Route";
import { type LinkAsk, useNavigation } from "./navigation";
import { failureOf } from "./queries/call";
import { useStartLink, useStartPractice } from "./queries/links";
import { preferences } from "./queries/preferences";
import { profile } from "./queries/profiles";

/** What linking through a profile asks for. */
export function askFor(profile: ProfileName, route: Route, account: string | null = null): LinkAsk {
  return { request: { profile, account, route, scope: null, timeout: null } };
}

type Linking = {
  start: (ask: LinkAsk) => Promise<void>;
  /** Links an account again under the same name, so that it is renewed. */
  again: (account: Account) => Promise<void>;
  /** The same for several: there is one authorization window at a time, and the others wait for their turn. */
  oneByOne: (accounts: Account[]) => Promise<void>;
  starting: boolean;
};

/** Starts an authorization and goes where it is waited for, also when what started it is gone by then. */
export function useLinking(): Linking {
  const { go } = useNavigation();
  const queryClient = useQueryClient();
  const link = useStartLink();
  const practice = useStartPractice();
  const start = async (ask: LinkAsk) => {
    if ("elsewhere" in ask) {
      return;
    }
    try {
      const linking = "practice" in ask ? await practice.mutateAsync() : await link.mutateAsync(ask.request);
      go({ at: "link", linking, ask });
    } catch (cause) {
      go({ at: "refused", failure: failureOf(cause), ask });
    }
  };
  // By the way that the person likes, if the client registration has it. Of the window, Rust says why it goes elsewhere.
  const askAgain = async (account: Account, like: Route | undefined) => {
    const known = await queryClient.ensureQueryData(profile(account.profile)).catch(() => null);
    const way = like && known?.routes.includes(like) ? like : "webview";
    return askFor(account.profile, way, account.name);
  };
  const again = async (account: Account) => {
    const like = await queryClient.ensureQueryData(preferences()).catch(() => null);
    return start(await askAgain(account, like?.sign_in));
  };
  const oneByOne = async ([first, ...others]: Account[]) => {
    if (!first) {
      return;
    }
    await start(await askAgain(first, "webview"));
    for (const account of others) {
      const ask = await askAgain(account, "webview");
      if ("request" in ask) {
        // One that cannot begin stays in the list and still needs its person.
        await link.mutateAsync(ask.request).catch(() => null);
      }
    }
  };
  return { start, again, oneByOne, starting: link.isPending || practice.isPending };
}
