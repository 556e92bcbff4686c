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
  const again = async (account: Account) => {
    // Where the person likes to sign in, if the client registration has that way.
    const like = await queryClient.ensureQueryData(preferences()).catch(() => null);
    const routes = await queryClient.ensureQueryData(profile(account.profile)).catch(() => null);
    const way = like && routes?.routes.includes(like.sign_in) ? like.sign_in : "webview";
    return start(askFor(account.profile, way, account.name));
  };
  return { start, again, starting: link.isPending || practice.isPending };
}
