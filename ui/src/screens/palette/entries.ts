import type { Account } from "../../bindings/Account";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import type { Tab } from "../../navigation";
import type { IconName } from "../../parts/Icon";
import { providerName } from "../../words/providers";
import { matches, needsPerson } from "../../words/standing";
import { whoIs } from "../../words/who";

/** What an entry of the palette does. */
export type Intent =
  | { does: "show"; account: string; tab?: Tab }
  | { does: "refresh" | "rename" | "unlink" | "copyToken" | "requestAs"; account: string }
  | { does: "profile"; profile: string }
  | { does: "link" | "request" | "profiles" | "practice" | "lock" };

export type Entry = {
  id: string;
  text: string;
  aside?: string;
  keys?: string;
  sign: { icon: IconName } | { id: string; name: string };
  intent: Intent;
};

const MOST = 8;

/** What the palette shows for a query: without one, who needs the person, then the rest. */
export function entriesOf(
  query: string,
  accounts: Account[],
  catalogue: ProviderSummary[],
  current: string | null,
): { title: string; entries: Entry[] }[] {
  const asked = query.trim();
  const named = accounts.map((account) => ({ account, provider: providerName(account, catalogue) }));
  const found = named
    .filter(({ account, provider }) => asked === "" || matches(account, provider, asked))
    .sort((a, b) => Number(needsPerson(b.account)) - Number(needsPerson(a.account)))
    .slice(0, MOST)
    .map(({ account, provider }) => open(account, provider));
  const chosen = named.find(({ account }) => account.name === current);
  const acts = [...(chosen ? actsOf(chosen.account, chosen.provider) : []), ...ACTS].filter(
    ({ text, aside }) =>
      asked
        .toLowerCase()
        .split(/\s+/)
        .every((word) => `${text} ${aside ?? ""}`.toLowerCase().includes(word)),
  );
  return [
    { title: "Accounts", entries: found },
    { title: "Do", entries: acts },
  ].filter(({ entries }) => entries.length > 0);
}

function open(account: Account, provider: string): Entry {
  return {
    id: `show ${account.name}`,
    text: provider,
    aside: whoIs(account),
    sign: { id: account.provider ?? account.profile, name: provider },
    intent: { does: "show", account: account.name },
  };
}

function actsOf(account: Account, provider: string): Entry[] {
  const { name, refreshable, protocol, profile } = account;
  const aside = `${provider}, ${whoIs(account)}`;
  const act = (
    does: "rename" | "unlink" | "copyToken" | "requestAs",
    text: string,
    icon: IconName,
    keys?: string,
  ): Entry => ({
    id: does,
    text,
    aside,
    keys,
    sign: { icon },
    intent: { does, account: name },
  });
  const show = (tab: Tab, text: string, icon: IconName, keys?: string): Entry => ({
    id: tab,
    text,
    aside,
    keys,
    sign: { icon },
    intent: { does: "show", account: name, tab },
  });
  const refresh: Entry = {
    id: "refresh",
    text: "Refresh",
    aside,
    keys: "Ctrl R",
    sign: { icon: "refresh" },
    intent: { does: "refresh", account: name },
  };
  return [
    ...(refreshable ? [refresh] : []),
    show("handOver", "Hand over", "hand", "Ctrl E"),
    show("activity", "Activity", "activity"),
    act("requestAs", "API request as this account", "send"),
    // A key of OAuth 1.0a signs; alone it is of no use to paste.
    ...(protocol === "oauth1" ? [] : [act("copyToken", "Copy access token…", "clipboard")]),
    {
      id: `profile ${profile}`,
      text: `Open profile ${profile}`,
      sign: { icon: "layers" },
      intent: { does: "profile", profile },
    },
    act("rename", "Rename…", "edit", "F2"),
    act("unlink", "Unlink…", "unlink", "Del"),
  ];
}

const ACTS: Entry[] = [
  { id: "link", text: "Link an account", keys: "Ctrl N", sign: { icon: "plus" }, intent: { does: "link" } },
  { id: "request", text: "API request", sign: { icon: "send" }, intent: { does: "request" } },
  { id: "profiles", text: "Profiles", sign: { icon: "layers" }, intent: { does: "profiles" } },
  {
    id: "practice",
    text: "Try it with the practice provider",
    sign: { icon: "key" },
    intent: { does: "practice" },
  },
  { id: "lock", text: "Lock the vault", keys: "Ctrl L", sign: { icon: "lock" }, intent: { does: "lock" } },
];
