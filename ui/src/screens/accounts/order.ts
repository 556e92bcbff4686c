import type { Account } from "../../bindings/Account";
import type { AccountOrder } from "../../bindings/AccountOrder";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { providerName } from "../../words/providers";
import { GROUPS, groupOf } from "../../words/standing";
import { whoIs } from "../../words/who";

/** What the list can be sorted by. */
export const ORDERS: { id: AccountOrder; text: string }[] = [
  { id: "need", text: "By need" },
  { id: "who", text: "By name" },
  { id: "provider", text: "By provider" },
];

const alphabet = new Intl.Collator("en", { sensitivity: "base", numeric: true });
const PLACES = new Map(GROUPS.map(([group], place) => [group, place]));

/**
 * Accounts in the order that was chosen. By need, who needs the person comes first, then who soon will, then the rest; by
 * name within each.
 */
export function inOrder(accounts: Account[], catalogue: ProviderSummary[], order: AccountOrder): Account[] {
  return accounts
    .map((account) => ({
      account,
      place: order === "need" ? (PLACES.get(groupOf(account)) ?? GROUPS.length) : 0,
      name: order === "who" ? whoIs(account) : providerName(account, catalogue),
    }))
    .sort(
      (a, b) =>
        a.place - b.place ||
        alphabet.compare(a.name, b.name) ||
        alphabet.compare(a.account.name, b.account.name),
    )
    .map(({ account }) => account);
}
