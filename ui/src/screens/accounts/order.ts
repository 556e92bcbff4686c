import type { Account } from "../../bindings/Account";
import type { AccountOrder } from "../../bindings/AccountOrder";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { once } from "../../words/once";
import { providerNames } from "../../words/providers";
import { GROUPS, groupOf } from "../../words/standing";
import { whoIs } from "../../words/who";

/** What the list can be sorted by. */
export const ORDERS: { id: AccountOrder; text: string }[] = [
  { id: "need", text: "By need" },
  { id: "who", text: "By name" },
  { id: "provider", text: "By provider" },
];

const alphabet = once(() => new Intl.Collator("en", { sensitivity: "base", numeric: true }));
const PLACES = new Map(GROUPS.map(([group], place) => [group, place]));

/**
 * Accounts in the order that was chosen. By need, who needs the person comes first, then who soon will, then the rest; by
 * name within each.
 */
export function inOrder(accounts: Account[], catalogue: ProviderSummary[], order: AccountOrder): Account[] {
  const provider = providerNames(catalogue);
  const placed = accounts.map((account) => ({
    account,
    place: order === "need" ? (PLACES.get(groupOf(account)) ?? GROUPS.length) : 0,
    name: order === "who" ? whoIs(account) : provider(account),
  }));
  // They come sorted by their own names: where these decide, nothing is left to do.
  const sorted = placed.every((one, index) => index === 0 || compare(placed[index - 1] ?? one, one) <= 0);
  return (sorted ? placed : placed.sort(compare)).map(({ account }) => account);
}

type Placed = { account: Account; place: number; name: string };

function compare(a: Placed, b: Placed): number {
  return (
    a.place - b.place ||
    (a.name === b.name ? 0 : alphabet().compare(a.name, b.name)) ||
    alphabet().compare(a.account.name, b.account.name)
  );
}
