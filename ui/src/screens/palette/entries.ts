import type { Account } from "../../bindings/Account";
import type { Profile } from "../../bindings/Profile";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import type { Place, Tab } from "../../navigation";
import type { IconName } from "../../parts/Icon";
import { isPractice, providerName } from "../../words/providers";
import { matches, needsPerson } from "../../words/standing";
import { whoIs } from "../../words/who";

/** What an entry of the palette does. */
export type Intent =
  | { does: "show"; account: string; tab?: Tab }
  | { does: "refresh" | "rename" | "unlink" | "copyToken" | "requestAs"; account: string }
  | { does: "profile" | "linkThrough"; profile: string }
  | { does: "linkAt"; provider: string }
  | { does: "go"; to: Extract<Place["at"], "activity" | "inspector" | "request" | "profiles" | "settings"> }
  | { does: "link" | "practice" | "backUp" | "lock" };

export type Entry = {
  id: string;
  text: string;
  aside?: string;
  keys?: string;
  sign: { icon: IconName } | { id: string; name: string };
  intent: Intent;
};

/** What can be found. */
export type Known = {
  accounts: Account[];
  profiles: Profile[];
  catalogue: ProviderSummary[];
  /** The account that is looked at. */
  current: string | null;
};

const MOST = 8;
/** Of what can be done with an account that was found, and of what can be linked. */
const FEW = 4;

/** What the palette shows for a query: without one, who needs the person, then the rest. */
export function entriesOf(query: string, known: Known): { title: string; entries: Entry[] }[] {
  const { accounts, catalogue, current } = known;
  const asked = query.trim();
  const named = accounts.map((account) => ({ account, provider: providerName(account, catalogue) }));
  const found = named
    .filter(({ account, provider }) => asked === "" || matches(account, provider, asked))
    .sort((a, b) => Number(needsPerson(b.account)) - Number(needsPerson(a.account)))
    .slice(0, MOST);
  const says = ({ text, aside }: Entry) => hasWords(`${text} ${aside ?? ""}`, asked);
  const chosen = named.find(({ account }) => account.name === current);
  const ofChosen = chosen ? actsOf(chosen.account, chosen.provider).filter(says) : [];
  return [
    { title: "Accounts", entries: found.map(({ account, provider }) => open(account, provider)) },
    {
      title: "Do",
      entries: [...(ofChosen.length > 0 ? ofChosen : ofOthers(named, asked)), ...ACTS.filter(says)],
    },
    { title: "Go to", entries: PLACES.filter(says) },
    { title: "Link", entries: asked === "" ? [] : linkable(asked, known) },
  ].filter(({ entries }) => entries.length > 0);
}

type Named = { account: Account; provider: string };

/** What the words ask for with an account that is not looked at: "refresh gitlab". */
function ofOthers(named: Named[], asked: string): Entry[] {
  if (asked === "") {
    return [];
  }
  const [first] = named.flatMap(({ account, provider }) => {
    const fitting = actsOf(account, provider).filter(({ text, aside }) =>
      hasWords(`${text} ${aside ?? ""}`, asked),
    );
    return fitting.length > 0 ? [fitting] : [];
  });
  // Their keys are those of the account that is looked at.
  return (first ?? []).slice(0, FEW).map((entry) => ({ ...entry, keys: undefined }));
}

/** Another account by a client registration that is there, or one that has to be made first. */
function linkable(asked: string, { accounts, profiles, catalogue }: Known): Entry[] {
  const through = profiles.filter(isReal).map(({ name, provider }): Entry => {
    const called = providerName({ provider, profile: name }, catalogue);
    const another = accounts.some((account) => account.profile === name);
    return {
      id: `link through ${name}`,
      text: another ? `Link another ${called} account` : `Link ${called}`,
      aside: called === name ? undefined : `by profile ${name}`,
      sign: { id: provider ?? name, name: called },
      intent: { does: "linkThrough", profile: name },
    };
  });
  const registered = profiles.map(({ provider }) => provider);
  const anew = catalogue
    .filter(({ id }) => isReal({ provider: id }) && !registered.includes(id))
    .map(
      ({ id, name }): Entry => ({
        id: `link at ${id}`,
        text: `Link ${name}`,
        aside: "needs a client registration",
        sign: { id, name },
        intent: { does: "linkAt", provider: name },
      }),
    );
  return [...through, ...anew].filter(({ text }) => hasWords(text, asked)).slice(0, FEW);
}

/** The practice providers have an entry of their own. */
function isReal({ provider }: { provider: string | null }): boolean {
  return !isPractice(provider);
}

function hasWords(text: string, asked: string): boolean {
  const known = text.toLowerCase();
  return asked
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
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
  {
    id: "practice",
    text: "Try it with the practice provider",
    sign: { icon: "key" },
    intent: { does: "practice" },
  },
  { id: "backUp", text: "Back up the vault…", sign: { icon: "export" }, intent: { does: "backUp" } },
  { id: "lock", text: "Lock the vault", keys: "Ctrl L", sign: { icon: "lock" }, intent: { does: "lock" } },
];

const place = (
  to: Extract<Intent, { does: "go" }>["to"],
  text: string,
  icon: IconName,
  keys: string,
): Entry => ({ id: `go ${to}`, text, keys, sign: { icon }, intent: { does: "go", to } });

const PLACES: Entry[] = [
  place("activity", "Activity", "activity", "Ctrl 2"),
  place("inspector", "Token inspector", "token", "Ctrl 3"),
  place("request", "API request", "send", "Ctrl 4"),
  place("profiles", "Profiles", "layers", "Ctrl 5"),
  place("settings", "Settings", "gear", "Ctrl ,"),
];
