import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import type { Account } from "../../bindings/Account";
import type { RequestDraft } from "../../bindings/RequestDraft";
import type { RequestPlan } from "../../bindings/RequestPlan";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Page } from "../../parts/Page";
import { accounts } from "../../queries/accounts";
import { providers } from "../../queries/profiles";
import {
  addressOf,
  agreeTo,
  composeAs,
  draftOf,
  isAgreed,
  putAnswerAway,
  requestPlan,
  useCancelRequest,
  useIsSending,
  usePlanNow,
  useRequestWork,
  useSendRequest,
} from "../../queries/request";
import { needsPerson } from "../../words/standing";
import { AccountPicker } from "./AccountPicker";
import { AddressBar } from "./AddressBar";
import { AskHostDialog } from "./AskHostDialog";
import { CommandFoot } from "./CommandFoot";
import { Destination } from "./Destination";
import { History } from "./History";
import styles from "./RequestScreen.module.css";
import { RequestTabs } from "./RequestTabs";

/** A request to a provider's API with an account's token, and what came back. */
export function RequestScreen() {
  const list = useQuery(accounts());
  const { composed } = useRequestWork();
  const { account: current } = useNavigation();
  const all = list.data ?? [];
  const named = (name: string | null) => all.find((account) => account.name === name);
  const account = named(composed.account) ?? named(current) ?? all.find((one) => !needsPerson(one)) ?? all[0];
  return (
    <Page title="API request" headed>
      {account && <Workbench key={account.name} account={account} all={all} />}
      {!account && list.data && <NoAccount />}
    </Page>
  );
}

function NoAccount() {
  const { go } = useNavigation();
  return (
    <div className={styles.none}>
      <p>There is no account whose API could be asked.</p>
      <Button look="primary" icon="plus" onPress={() => go({ at: "add" })}>
        Link an account
      </Button>
    </div>
  );
}

function Workbench({ account, all }: { account: Account; all: Account[] }) {
  const catalogue = useQuery(providers()).data ?? [];
  const { plan, sending, send, refreshAndSend, stop, asked, answerAsked } = useSending(account);
  const empty = addressOf(useRequestWork().composed, account).trim() === "";
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && sending && !event.defaultPrevented) {
      event.preventDefault();
      stop();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the controls inside, which have their roles.
    <div className={styles.workbench} onKeyDown={keys}>
      <div className={styles.head}>
        <div className={styles.who}>
          <AccountPicker account={account} all={all} catalogue={catalogue} onChoose={composeAs} />
          <History />
        </div>
        <AddressBar account={account} plan={plan} sending={sending} onSend={send} onStop={stop} />
        <Destination account={account} plan={plan} empty={empty} />
      </div>
      <RequestTabs plan={plan} sending={sending} onRefresh={refreshAndSend} />
      <CommandFoot plan={empty ? null : plan} />
      {asked && <AskHostDialog account={account} plan={asked} onAnswer={answerAsked} />}
    </div>
  );
}

/** What the request would do, and doing it: another host than the profile's API is asked about first. */
function useSending(account: Account) {
  const work = useRequestWork();
  const draft = draftOf(account, work.composed);
  const plan = useQuery({ ...requestPlan(draft), placeholderData: keepPreviousData });
  const sending = useIsSending();
  const { mutate } = useSendRequest();
  const cancel = useCancelRequest();
  const planNow = usePlanNow();
  const [asked, ask] = useState<{ draft: RequestDraft; plan: RequestPlan; refresh: boolean } | null>(null);
  const goOn = async (refresh: boolean) => {
    composeAs(account.name);
    // Only a plan of what stands there now says where it would go.
    const now = sending || draft.url === "" ? null : await planNow(draft);
    if (!now) {
      return;
    }
    const { target } = now;
    if (!target) {
      putAnswerAway();
      return;
    }
    if (target.asks_first && !isAgreed(work, account.name, target.host)) {
      ask({ draft, plan: now, refresh });
      return;
    }
    mutate({ draft, host: target.asks_first ? target.host : null, refresh });
  };
  const answerAsked = (yes: boolean) => {
    ask(null);
    const host = asked?.plan.target?.host;
    if (yes && asked && host) {
      agreeTo(account.name, host);
      mutate({ draft: asked.draft, host, refresh: asked.refresh });
    }
  };
  return {
    plan: plan.data ?? null,
    sending,
    send: () => void goOn(false),
    refreshAndSend: () => void goOn(true),
    stop: () => cancel.mutate(),
    asked: asked?.plan ?? null,
    answerAsked,
  };
}
