import type { Account } from "../../../bindings/Account";
import { Button } from "../../../parts/Button";
import { FailureNote } from "../../../parts/FailureNote";
import { Icon, type IconName } from "../../../parts/Icon";
import { ProviderText } from "../../../parts/ProviderText";
import { Ring } from "../../../parts/Ring";
import { useNow } from "../../../parts/useNow";
import { useOnline } from "../../../parts/useOnline";
import { useAskedRefresh, useRefreshAccount } from "../../../queries/accounts";
import { isOnThisMachine } from "../../../words/providers";
import { lifeLeft } from "../../../words/standing";
import { momentAt } from "../../../words/time";
import styles from "./LifeStrip.module.css";
import { type Life, lifeOf } from "./life";

const ICONS: Record<Life["sign"], IconName | null> = {
  ring: null,
  spinning: null,
  offline: "offline",
  hourglass: "hourglass",
  clock: "clock",
  lasting: "link",
};

/** How the token in hand stands, in one line. A finished refresh is spoken politely, a passing minute is not. */
export function LifeStrip({ account, provider }: { account: Account; provider: string }) {
  const refresh = useRefreshAccount();
  const asked = useAskedRefresh(account.name);
  const now = useNow(account.next_refresh_at, account.expires_at);
  const online = useOnline() || isOnThisMachine(account);
  if (account.status === "needs_relink") {
    return <Ended account={account} provider={provider} now={now} />;
  }
  const life = lifeOf(account, { now, online, refreshing: asked?.status === "pending" });
  const icon = ICONS[life.sign];
  return (
    <>
      <div className={styles.life} data-tone={life.tone} data-sign={life.sign}>
        {icon ? (
          <Icon name={icon} size={18} />
        ) : life.sign === "spinning" ? (
          <Ring size={18} width={2.5} spinning="calm" />
        ) : (
          <Ring size={18} width={2.5} value={lifeLeft(account, now) ?? 1} />
        )}
        <p className={styles.words}>
          <span className={styles.main}>{life.main}</span>
          {life.aside && <span className={styles.aside}> · {life.aside}</span>}
        </p>
        {life.act && (
          <Button
            look="text"
            isDisabled={asked?.status === "pending"}
            onPress={() => refresh.mutate(account.name)}
          >
            {life.act}
          </Button>
        )}
      </div>
      <p role="status" className={styles.spoken}>
        {asked?.status === "success" ? "Refreshed." : ""}
      </p>
      {asked?.error && account.status !== "retrying" && (
        <div className={styles.refused}>
          <FailureNote failure={asked.error} />
        </div>
      )}
    </>
  );
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Ended({ account, provider, now }: { account: Account; provider: string; now: number }) {
  return (
    <div className={styles.ended} role="status">
      <Icon name="unlink" size={18} />
      <div className={styles.words}>
        <p className={styles.main}>{provider} no longer honours this link</p>
        <p className={styles.why}>
          {account.last_error && (
            <>
              {sentenceCase(momentAt(account.last_error.at, now))}:{" "}
              <ProviderText>{account.last_error.message}</ProviderText>{" "}
            </>
          )}
          Linking again keeps the name, the tools and the history.
        </p>
      </div>
    </div>
  );
}
