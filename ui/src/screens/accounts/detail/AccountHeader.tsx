import type { Account } from "../../../bindings/Account";
import type { AccountDetail } from "../../../bindings/AccountDetail";
import { useLinking } from "../../../linking";
import { type Tab, useNavigation } from "../../../navigation";
import { Button } from "../../../parts/Button";
import { Chip } from "../../../parts/Chip";
import { cutTitle } from "../../../parts/cutTitle";
import { Icon } from "../../../parts/Icon";
import { IconButton } from "../../../parts/IconButton";
import { MoreItem, MoreLine, MoreMenu } from "../../../parts/MoreMenu";
import { Tile } from "../../../parts/Tile";
import { useRefreshAccount } from "../../../queries/accounts";
import { composeAs } from "../../../queries/request";
import { isPractice } from "../../../words/providers";
import { visible } from "../../../words/providerText";
import { needsPerson } from "../../../words/standing";
import { ownName } from "../../../words/who";
import styles from "./AccountHeader.module.css";
import { LifeStrip } from "./LifeStrip";

type AccountHeaderProps = {
  account: Account;
  detail: AccountDetail | null;
  /** What the person calls the provider. */
  label: string;
  /** What it is called in a sentence. */
  provider: string;
  tab: Tab;
};

/** Whose account it is, whether that was verified, what can be done, and how its token stands. */
export function AccountHeader({ account, detail, label, provider, tab }: AccountHeaderProps) {
  const { backToList, setTab } = useNavigation();
  const { again, starting } = useLinking();
  const verified =
    detail !== null && detail.checks.length > 0 && detail.checks.every(({ outcome }) => outcome !== "fail");
  const claimed = [account.display_name, account.email].filter((text) => text !== null);
  const own = ownName(account) ?? (claimed.length === 0 ? account.name : null);
  const who = [own, ...claimed]
    .filter((text) => text !== null)
    .map(visible)
    .join(" · ");
  const overdue = needsPerson(account) || (account.status === "expiring" && !account.refreshable);
  return (
    <header className={styles.header}>
      <div className={styles.inner}>
        <div className={styles.top}>
          <div className={styles.back}>
            <IconButton icon="left" label="Back to accounts" keys="Esc" size="md" onPress={backToList} />
          </div>
          <Tile id={account.provider ?? account.profile} name={label} size={44} />
          <div className={styles.names}>
            <div className={styles.line}>
              <h1 className={styles.provider} {...cutTitle(label)}>
                {label}
              </h1>
              {verified && (
                <span className={styles.verified}>
                  <Icon name="shieldCheck" />
                  Verified
                </span>
              )}
            </div>
            <div className={styles.line}>
              {isPractice(account.provider) && <Chip tone="accent">Practice</Chip>}
              <div className={styles.who} {...cutTitle(who)} dir="auto">
                {who}
              </div>
            </div>
          </div>
          <div className={styles.actions}>
            {overdue ? (
              <Button look="primary" icon="link" isPending={starting} onPress={() => again(account)}>
                Link again
              </Button>
            ) : (
              <Button
                look={tab === "handOver" ? "plain" : "primary"}
                icon="hand"
                onPress={() => setTab("handOver")}
              >
                Hand over
              </Button>
            )}
            <More account={account} />
          </div>
        </div>
        <LifeStrip account={account} provider={provider} />
      </div>
    </header>
  );
}

function More({ account }: { account: Account }) {
  const { open, go } = useNavigation();
  const refresh = useRefreshAccount();
  const { again } = useLinking();
  const { name, profile } = account;
  return (
    <MoreMenu label="More for this account" edged>
      {account.refreshable && account.status !== "needs_relink" && (
        <MoreItem icon="refresh" text="Refresh now" keys="Ctrl R" onAction={() => refresh.mutate(name)} />
      )}
      <MoreItem icon="link" text="Link again" onAction={() => again(account)} />
      <MoreItem
        icon="edit"
        text="Rename…"
        keys="F2"
        onAction={() => open({ kind: "rename", account: name })}
      />
      <MoreLine />
      <MoreItem
        icon="send"
        text="API request"
        onAction={() => {
          composeAs(name);
          go({ at: "request" });
        }}
      />
      <MoreItem
        icon="layers"
        text={`Open profile ${profile}`}
        onAction={() => open({ kind: "profile", profile })}
      />
      {account.protocol !== "oauth1" && (
        <MoreItem
          icon="clipboard"
          text="Copy access token…"
          onAction={() => open({ kind: "copyToken", account: name })}
        />
      )}
      <MoreLine />
      <MoreItem
        icon="unlink"
        text="Unlink…"
        keys="Del"
        bad
        onAction={() => open({ kind: "unlink", account: name })}
      />
    </MoreMenu>
  );
}
