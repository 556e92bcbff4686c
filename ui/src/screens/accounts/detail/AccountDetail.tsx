import { useQuery } from "@tanstack/react-query";
import { type Key, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import type { Account } from "../../../bindings/Account";
import type { AccountDetail as Detail } from "../../../bindings/AccountDetail";
import type { ProviderSummary } from "../../../bindings/ProviderSummary";
import { TABS, type Tab as TabName, useNavigation } from "../../../navigation";
import { Button } from "../../../parts/Button";
import { FailureNote } from "../../../parts/FailureNote";
import { account as accountQuery } from "../../../queries/accounts";
import { useSaidName } from "../../../queries/profiles";
import { providerName } from "../../../words/providers";
import { toolsAmong, usesOf } from "../../../words/usedBy";
import styles from "./AccountDetail.module.css";
import { AccountHeader } from "./AccountHeader";
import { ActivityTab } from "./ActivityTab";
import { ChecksTab } from "./ChecksTab";
import { HandOverTab } from "./HandOverTab";
import { IdentityTab } from "./IdentityTab";
import { TokenTab } from "./TokenTab";
import { UsedByTab } from "./UsedByTab";

type AccountDetailProps = { account: Account; catalogue: ProviderSummary[] };

const NAMES: Record<TabName, string> = {
  identity: "Identity",
  checks: "Checks",
  token: "Token",
  handOver: "Hand over",
  usedBy: "Used by",
  activity: "Activity",
};

/** All that Keybelt knows about one account. */
export function AccountDetail({ account, catalogue }: AccountDetailProps) {
  const { tab, setTab } = useNavigation();
  const detail = useQuery(accountQuery(account.name));
  const label = providerName(account, catalogue);
  const provider = useSaidName(account, label);
  // Without an ID token there is nothing that was checked.
  const tabs = TABS.filter((name) => name !== "checks" || (detail.data?.checks.length ?? 0) > 0);
  const shown = tabs.includes(tab) ? tab : "identity";
  const choose = (key: Key) => {
    const name = tabs.find((one) => one === key);
    if (name) {
      setTab(name);
    }
  };
  return (
    <>
      <AccountHeader
        account={account}
        detail={detail.data ?? null}
        label={label}
        provider={provider}
        tab={shown}
      />
      <Tabs
        className={styles.tabs ?? ""}
        selectedKey={shown}
        onSelectionChange={choose}
        keyboardActivation="manual"
      >
        <TabList className={styles.list ?? ""} aria-label="About this account">
          {tabs.map((name) => (
            <Tab key={name} id={name} className={styles.tab ?? ""} data-tab={name}>
              {NAMES[name]}
              {name === "usedBy" && detail.data && (
                <>
                  {" "}
                  <span className={styles.tools}>
                    {toolsAmong(usesOf(detail.data.used_by, account.obtained_at)).length}
                  </span>
                </>
              )}
            </Tab>
          ))}
        </TabList>
        {tabs.map((name) => (
          <TabPanel key={name} id={name} className={styles.panel ?? ""}>
            <div className={styles.body}>
              {detail.isPending && <p className={styles.reading}>Reading…</p>}
              {detail.isError && (
                <div className={styles.refused}>
                  <FailureNote failure={detail.error} />
                  <Button icon="refresh" onPress={() => detail.refetch()}>
                    Try again
                  </Button>
                </div>
              )}
              {detail.data && <Panel tab={name} detail={detail.data} provider={provider} />}
            </div>
          </TabPanel>
        ))}
      </Tabs>
    </>
  );
}

function Panel({ tab, detail, provider }: { tab: TabName; detail: Detail; provider: string }) {
  switch (tab) {
    case "identity":
      return <IdentityTab detail={detail} provider={provider} />;
    case "checks":
      return <ChecksTab detail={detail} provider={provider} />;
    case "token":
      return <TokenTab detail={detail} provider={provider} />;
    case "handOver":
      return <HandOverTab detail={detail} />;
    case "usedBy":
      return <UsedByTab detail={detail} />;
    case "activity":
      return <ActivityTab detail={detail} />;
    default:
      return tab satisfies never;
  }
}
