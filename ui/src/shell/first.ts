import type { QueryClient } from "@tanstack/react-query";
import type { Account } from "../bindings/Account";
import type { AccountOrder } from "../bindings/AccountOrder";
import type { ProviderSummary } from "../bindings/ProviderSummary";
import type { VaultStatus } from "../bindings/VaultStatus";
import { accounts } from "../queries/accounts";
import { preferences } from "../queries/preferences";
import { providers } from "../queries/profiles";
import { vaultStatus } from "../queries/vault";
import { windowLayout } from "../queries/window";
import { inOrder } from "../screens/accounts/order";

/** What the first paint draws. */
export type First = {
  status: VaultStatus;
  accounts: Account[];
  catalogue: ProviderSummary[];
  order: AccountOrder;
  /** How wide the list is, as the person left it; null: as it comes. */
  listWidth: number | null;
};

/** How long the vault may take to open until the window is drawn without it. */
const PATIENCE = 400;

/**
 * Asks for what the first paint draws, all at once; the window finds the answers in the cache. `null`: there is no list to
 * draw yet, and the window itself says why.
 */
export async function readFirst(queryClient: QueryClient): Promise<First | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, PATIENCE, null);
  });
  // Whatever is refused is refused again where it can be said.
  const first = await Promise.race([read(queryClient).catch(() => null), late]);
  clearTimeout(timer);
  return first;
}

async function read(queryClient: QueryClient): Promise<First | null> {
  const others = Promise.all([
    queryClient.fetchQuery(providers()),
    queryClient.fetchQuery(windowLayout()),
    queryClient.fetchQuery(preferences()),
  ]);
  const status = await queryClient.fetchQuery(vaultStatus());
  if (status.locked || status.key_source === null) {
    await others;
    return null;
  }
  const [list, [catalogue, { order, list_width: listWidth }]] = await Promise.all([
    queryClient.fetchQuery(accounts()),
    others,
  ]);
  if (list.length === 0) {
    return null;
  }
  return { status, accounts: inOrder(list, catalogue, order), catalogue, order, listWidth };
}
