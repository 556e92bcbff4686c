import { createContext, useContext } from "react";
import type { AccountName } from "./bindings/AccountName";
import type { Failure } from "./bindings/Failure";
import type { KeySource } from "./bindings/KeySource";
import type { Linking } from "./bindings/Linking";
import type { LinkRequest } from "./bindings/LinkRequest";
import type { ProfileName } from "./bindings/ProfileName";

/** The tabs of an account, in their order. */
export const TABS = ["identity", "checks", "token", "handOver", "usedBy", "activity"] as const;
export type Tab = (typeof TABS)[number];

/** What an authorization was asked for, so that it can be started again. */
export type LinkAsk = { practice: true } | { request: LinkRequest } | { elsewhere: true };

/** Where the window is. */
export type Place =
  | { at: "accounts" }
  | { at: "activity" }
  | { at: "inspector" }
  | { at: "request" }
  | { at: "profiles" }
  | { at: "settings" }
  /** With what is looked for there; `for`: whether an account is wanted, or first of all its profile. */
  | { at: "add"; query?: string; for?: "profile" }
  | { at: "link"; linking: Linking; ask: LinkAsk }
  | { at: "refused"; failure: Failure; ask: LinkAsk };

/** What stands over the place. */
export type Overlay =
  | { kind: "rename" | "unlink" | "copyToken"; account: AccountName }
  | { kind: "unlinkSeveral"; accounts: AccountName[] }
  | { kind: "profile"; profile: ProfileName }
  | { kind: "importProfiles" | "exportProfiles" }
  | { kind: "rekey"; to: KeySource }
  | { kind: "backUp" | "restore" }
  | { kind: "palette" };

/** A short word at the foot of the window: one at a time. */
export type Toast = {
  text: string;
  aside?: string;
  tone: "ok" | "neutral" | "bad";
  /** The token is on the clipboard until then, in seconds since 1970. */
  clearsAt?: number;
};

export type Navigation = {
  place: Place;
  account: AccountName | null;
  tab: Tab;
  /** Which of list and detail a narrow window shows. */
  pane: "list" | "detail";
  overlay: Overlay | null;
  go: (place: Place) => void;
  /** Chooses an account without leaving the list. */
  choose: (account: AccountName) => void;
  /** Shows an account, in a narrow window in place of the list. */
  show: (account: AccountName, tab?: Tab) => void;
  backToList: () => void;
  setTab: (tab: Tab) => void;
  open: (overlay: Overlay) => void;
  close: () => void;
  say: (toast: Toast | null) => void;
};

export const NavigationContext = createContext<Navigation | null>(null);

/** Where the window is, and how to get elsewhere. */
export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (!navigation) {
    throw new Error("outside the window");
  }
  return navigation;
}
