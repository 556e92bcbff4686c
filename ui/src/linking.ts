import type { Account } from "./bindings/Account";
import type { ProfileName } from "./bindings/ProfileName";
import type { Route } from "./bindings/Route";
import { type LinkAsk, useNavigation } from "./navigation";
import { failureOf } from "./queries/call";
import { useStartLink, useStartPractice } from "./queries/links";

/** The catalogue's id of the practice provider. */
export const PRACTICE = "practice";

/** What linking through a profile asks for. */
export function askFor(profile: ProfileName, route: Route, account: string | null = null): LinkAsk {
  return { request: { profile, account, route, scope: null, timeout: null } };
}

/** What linking an account again asks for: the same name, so that it is renewed. */
export function askAgain(account: Account): LinkAsk {
  return account.provider === PRACTICE
    ? { practice: true }
    : askFor(account.profile, "webview", account.name);
}

/** Starts an authorization and goes where it is waited for, also when what started it is gone by then. */
export function useLinking(): { start: (ask: LinkAsk) => Promise<void>; starting: boolean } {
  const { go } = useNavigation();
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
  return { start, starting: link.isPending || practice.isPending };
}
