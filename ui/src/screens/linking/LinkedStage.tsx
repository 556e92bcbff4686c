import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { Account } from "../../bindings/Account";
import { useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Chip } from "../../parts/Chip";
import { Icon } from "../../parts/Icon";
import { recipeIcon } from "../../parts/recipeIcon";
import { ScopeList } from "../../parts/ScopeList";
import { Actions, Stage } from "../../parts/Stage";
import { Tile } from "../../parts/Tile";
import { ToolSign } from "../../parts/ToolSign";
import { account as accountQuery, recipes } from "../../queries/accounts";
import { visible } from "../../words/providerText";
import styles from "./LinkedStage.module.css";
import type { Party } from "./party";

type LinkedStageProps = { account: Account; asked: string[]; party: Party };

/** It stands: what was allowed of what was asked, who it is, and where to take it. */
export function LinkedStage({ account, asked, party }: LinkedStageProps) {
  const { go, choose, show } = useNavigation();
  const { again, starting } = useLinking();
  // The account that was linked just now is the one that the list shows next.
  useEffect(() => choose(account.name), [choose, account.name]);
  const detail = useQuery(accountQuery(account.name)).data;
  const who = [account.display_name, account.email].filter((text) => text !== null).map(visible);
  const passed = detail?.checks.filter(({ outcome }) => outcome === "pass").length ?? 0;
  const unsaid = asked.length + account.scopes.length === 0;
  const missing = asked.filter((scope) => !account.scopes.includes(scope)).length;
  return (
    <Stage
      sign={
        <Tile id={party.id} name={party.label} size={56} badge={{ icon: "check", tone: "ok", drawn: true }} />
      }
      title={`${party.name} is linked`}
      lead={who.length > 0 ? who.join(", ") : visible(account.name)}
      width="wide"
      big
      centred
      takesFocus
      onEnter={() => show(account.name, "identity")}
    >
      <div className={styles.proof}>
        {party.practice && <Chip tone="accent">Practice</Chip>}
        {passed > 0 ? (
          <p className={styles.signed}>
            <Icon name="shieldCheck" />
            Signed by {party.name}; {passed} checks passed
          </p>
        ) : (
          detail?.userinfo && <p className={styles.told}>As told by {party.name}’s API; not signed</p>
        )}
      </div>
      <div className={styles.columns}>
        <section>
          <h2>
            {missing > 0
              ? `You allowed ${asked.length - missing} of ${asked.length}`
              : unsaid
                ? "What it may do"
                : "You allowed all that was asked"}
          </h2>
          {unsaid ? (
            <p className={styles.note}>{party.name} does not say what this account may do.</p>
          ) : (
            <ScopeList granted={account.scopes} asked={asked} plain practice={party.practice} />
          )}
          {missing > 0 && (
            <p className={styles.note}>
              What was not allowed will not work with this account.{" "}
              <Button look="text" isDisabled={starting} onPress={() => again(account)}>
                Ask again
              </Button>
            </p>
          )}
        </section>
        <HandOvers account={account} />
      </div>
      <Actions centred>
        <Button look="primary" onPress={() => show(account.name, "identity")}>
          Open the account
        </Button>
        <Button onPress={() => go({ at: "add" })}>Link another</Button>
      </Actions>
    </Stage>
  );
}

function HandOvers({ account }: { account: Account }) {
  const { show } = useNavigation();
  const offered = useQuery(recipes(account.name)).data?.slice(0, 3) ?? [];
  return (
    <section>
      <h2>Hand it to a tool</h2>
      {offered.map(({ id, title, summary }) => (
        <AriaButton key={id} className={styles.tool ?? ""} onPress={() => show(account.name, "handOver")}>
          <ToolSign icon={recipeIcon(id)} />
          <span className={styles.toolWords}>
            <span className={styles.toolTitle}>{title}</span>
            <span className={styles.toolAbout}>{summary}</span>
          </span>
          <Icon name="right" />
        </AriaButton>
      ))}
    </section>
  );
}
