import type { Account } from "../../bindings/Account";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { providerName } from "../../words/providers";
import { GROUPS, groupOf } from "../../words/standing";

const alphabet = new Intl.Collator("en", { sensitivity: "base", numeric: true });
const PLACES = new Map(GROUPS.map(([group], place) => [group, place]));

/** Who needs the person comes first, then who soon will, then the rest; by name within each. */
export function inOrder(accounts: Account[], catalogue: ProviderSummary[]): Account[] {
  return accounts
    .map((account) => ({
      account,
      place: PLACES.get(groupOf(account)) ?? GROUPS.length,
      name: providerName(account, catalogue),
    }))
    .sort(
      (a, b) =>
        a.place - b.place ||
        alphabet.compare(a.name, b.name) ||
        alphabet.compare(a.account.name, b.account.name),
    )
    .map(({ account }) => account);
}
