import type { Account } from "../bindings/Account";
import { lifeLeft } from "../words/standing";
import { span, spokenSpan } from "../words/time";
import { Hidden } from "./Hidden";
import { Icon } from "./Icon";
import styles from "./LifeRing.module.css";
import { Ring } from "./Ring";
import { useNow } from "./useNow";

/** A token's life as lists draw it: what is left until the next refresh. Nothing where it does not expire. */
export function LifeRing({ account }: { account: Account }) {
  const end = account.next_refresh_at ?? account.expires_at;
  const now = useNow(end);
  if (account.status === "retrying") {
    return (
      <span className={styles.life} data-tone="warn">
        <Icon name="offline" size={14} />
        retrying
      </span>
    );
  }
  const left = lifeLeft(account, now);
  if (end === null || left === null) {
    return null;
  }
  const [short, spoken] =
    end <= now
      ? ["due", "its refresh is due"]
      : [
          span(end - now),
          `${account.next_refresh_at === null ? "ends" : "refreshes"} in ${spokenSpan(end - now)}`,
        ];
  return (
    <span className={styles.life}>
      <Ring value={left} />
      <span aria-hidden="true">{short}</span>
      <Hidden>{spoken}</Hidden>
    </span>
  );
}
