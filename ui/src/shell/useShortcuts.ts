import { useEffect, useEffectEvent } from "react";
import { type Navigation, TABS, type Tab } from "../navigation";
import { useRefreshAccount } from "../queries/accounts";
import { useLockVault } from "../queries/vault";
import { focusDetail } from "../screens/accounts/focusDetail";
import { focusPane, focusPlace } from "./panes";
import { DESTINATIONS, type Destination, isForStarters } from "./places";

/** The keys that work everywhere, and those of the account that is chosen. */
export function useShortcuts(navigation: Navigation, vault: Vault): void {
  const lock = useLockVault();
  const refresh = useRefreshAccount();
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented) {
      return;
    }
    const act = shortcut(event, navigation, { ...vault, lock: lock.mutate, refresh: refresh.mutate });
    if (act) {
      event.preventDefault();
      act();
    }
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => pressed(event);
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
}

/** Whether it is open, or there is none yet. */
type Vault = { open: boolean; fresh: boolean };

type Acts = Vault & { lock: () => void; refresh: (account: string) => void };

function shortcut(event: KeyboardEvent, navigation: Navigation, acts: Acts): (() => void) | undefined {
  if (event.key === "F6") {
    return () => focusPane(event.shiftKey ? -1 : 1);
  }
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) {
    return undefined;
  }
  if (!acts.open) {
    return acts.fresh && (event.ctrlKey || event.metaKey) ? beforeVault(event.key, navigation) : undefined;
  }
  const account = navigation.place.at === "accounts" ? navigation.account : null;
  if (event.ctrlKey || event.metaKey) {
    return (
      everywhere(event, navigation, acts) ??
      (account ? ofAccount(event, account, navigation, acts) : undefined)
    );
  }
  if (isTyping(event.target)) {
    return undefined;
  }
  return plain(event, account, navigation);
}

function everywhere(event: KeyboardEvent, navigation: Navigation, acts: Acts): (() => void) | undefined {
  switch (event.key.toLowerCase()) {
    case "k":
      return () => navigation.open({ kind: "palette" });
    case "n":
      // Where the page is open already, nothing is drawn anew that would take the focus.
      return navigation.place.at === "add" ? focusSearch : () => navigation.go({ at: "add" });
    case "f":
      return focusSearch;
    case "l":
      return acts.lock;
    case ",":
      return () => goTo("settings", navigation);
    default:
      return toDestination(event.key, navigation);
  }
}

/** To what needs no vault, and back to where one begins. */
function beforeVault(key: string, navigation: Navigation): (() => void) | undefined {
  const at = key === "," ? "settings" : DESTINATIONS[Number(key) - 1]?.at;
  if (!at || !(at === "accounts" || isForStarters(at))) {
    return undefined;
  }
  return () => goTo(at, navigation);
}

/** Goes there with the focus, which stays where it is for who is there already. */
function goTo(at: Destination["at"], navigation: Navigation): void {
  if (navigation.place.at !== at) {
    navigation.go({ at });
    focusPlace();
  }
}

/** `Ctrl 1` leads to the sidebar's first place, and so on. */
function toDestination(key: string, navigation: Navigation): (() => void) | undefined {
  const destination = /^[1-9]$/.test(key) ? DESTINATIONS[Number(key) - 1] : undefined;
  if (!destination) {
    return undefined;
  }
  return () => {
    goTo(destination.at, navigation);
    navigation.backToList();
  };
}

function ofAccount(
  event: KeyboardEvent,
  account: string,
  navigation: Navigation,
  acts: Acts,
): (() => void) | undefined {
  switch (event.key.toLowerCase()) {
    case "r":
      return () => acts.refresh(account);
    case "e":
      return () => {
        navigation.show(account, "handOver");
        focusDetail();
      };
    case "tab":
      return () => nextTab(event.shiftKey ? -1 : 1, navigation.setTab);
    default:
      return undefined;
  }
}

function plain(
  event: KeyboardEvent,
  account: string | null,
  navigation: Navigation,
): (() => void) | undefined {
  switch (event.key) {
    case "/":
      return focusSearch;
    case "F2":
      return account ? () => navigation.open({ kind: "rename", account }) : undefined;
    case "Delete":
      return account ? () => navigation.open({ kind: "unlink", account }) : undefined;
    case "Escape":
      return back(navigation);
    default:
      return undefined;
  }
}

function back(navigation: Navigation): (() => void) | undefined {
  switch (navigation.place.at) {
    case "accounts":
      return navigation.backToList;
    case "activity":
    case "inspector":
    case "request":
    case "profiles":
    case "settings":
      return undefined;
    case "add":
    case "refused":
      return () => navigation.go({ at: "accounts" });
    case "link":
      // An authorization is not given up by a key that was meant for something else.
      return undefined;
    default:
      return navigation.place satisfies never;
  }
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>("[data-search] input")?.focus();
}

/** The tabs that this account has stand in the document. */
function nextTab(step: 1 | -1, setTab: (tab: Tab) => void): void {
  const shown = [...document.querySelectorAll<HTMLElement>("[data-tab]")].map((tab) => tab.dataset.tab);
  const tabs = TABS.filter((tab) => shown.includes(tab));
  const at = tabs.findIndex((tab) => document.querySelector(`[data-tab="${tab}"][aria-selected="true"]`));
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (!next) {
    return;
  }
  setTab(next);
  // Who stands on the tabs goes along; who reads below stays there.
  if (document.activeElement?.matches("[data-tab]")) {
    document.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) {
    return true;
  }
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
}
