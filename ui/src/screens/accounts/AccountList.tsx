import type { UseQueryResult } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import type { Account } from "../../bindings/Account";
import type { AccountOrder } from "../../bindings/AccountOrder";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { SearchLine } from "../../parts/SearchLine";
import { Skeleton } from "../../parts/Skeleton";
import { useNow } from "../../parts/useNow";
import { useOnline } from "../../parts/useOnline";
import { isOnThisMachine, providerNames } from "../../words/providers";
import { matches } from "../../words/standing";
import { shortMoment } from "../../words/time";
import styles from "./AccountList.module.css";
import { AccountRows } from "./AccountRows";
import { isGrouped } from "./groups";
import { OrderMenu } from "./OrderMenu";

type AccountListProps = {
  list: UseQueryResult<Account[]>;
  accounts: Account[];
  catalogue: ProviderSummary[];
  chosen: string | null;
  several: string[];
  onSeveral: (names: string[]) => void;
  order: AccountOrder;
  onOrder: (order: AccountOrder) => void;
};

/** The list's head, its search, and its rows. */
export function AccountList(props: AccountListProps) {
  const { list, accounts, catalogue, chosen, several, onSeveral, order, onOrder } = props;
  const { go } = useNavigation();
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query.trim());
  const name = useMemo(() => providerNames(catalogue), [catalogue]);
  const found = useMemo(
    () => (asked === "" ? accounts : accounts.filter((account) => matches(account, name(account), asked))),
    [accounts, name, asked],
  );
  const counted = new Intl.NumberFormat("en");
  const count =
    asked === ""
      ? counted.format(accounts.length)
      : `${counted.format(found.length)} of ${counted.format(accounts.length)}`;
  return (
    <>
      <div className={styles.bar}>
        <h1 className={styles.title}>Accounts</h1>
        {list.data && <span className={styles.count}>{count}</span>}
        <span className={styles.gap} />
        {accounts.length > 1 && <OrderMenu order={order} onOrder={onOrder} />}
        <Button size="sm" icon="plus" onPress={() => go({ at: "add" })} aria-label="Link an account">
          Link
        </Button>
      </div>
      {accounts.length > 1 && (
        <div className={styles.search}>
          <SearchLine label="Find an account" value={query} onChange={setQuery} onDown={toRows} />
        </div>
      )}
      <Offline accounts={accounts} />
      {list.isPending ? (
        <div className={styles.skeleton}>
          <Skeleton label="Reading your accounts" />
        </div>
      ) : (
        <AccountRows
          accounts={found}
          catalogue={catalogue}
          chosen={chosen}
          several={several}
          onSeveral={onSeveral}
          grouped={isGrouped(accounts, order)}
          query={asked}
        />
      )}
      {asked !== "" && found.length === 0 && (
        <p className={styles.none} role="status">
          No account has “{asked}” in its name, provider or e-mail.
        </p>
      )}
    </>
  );
}

function toRows(): void {
  document.querySelector<HTMLElement>("[data-account]")?.focus();
}

function Offline({ accounts }: { accounts: Account[] }) {
  const online = useOnline();
  const now = useNow();
  if (online) {
    return null;
  }
  const away = accounts.filter((account) => !isOnThisMachine(account));
  if (away.length === 0) {
    return null;
  }
  const ends = away.flatMap(({ expires_at }) =>
    expires_at !== null && expires_at > now ? [expires_at] : [],
  );
  return (
    <div className={styles.offline} role="status">
      <Icon name="offline" size={18} />
      <p>
        <strong>You are offline.</strong> Tokens in hand still work
        {ends.length > 0 ? `; the first ends at ${shortMoment(Math.min(...ends), now)}.` : "."}
      </p>
    </div>
  );
}
