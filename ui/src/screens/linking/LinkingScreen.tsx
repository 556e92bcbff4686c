import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import type { Failure } from "../../bindings/Failure";
import type { Linking } from "../../bindings/Linking";
import { type LinkAsk, useNavigation } from "../../navigation";
import { Page } from "../../parts/Page";
import { linkProgress, useCancelLink } from "../../queries/links";
import { profiles, providers } from "../../queries/profiles";
import { isPractice, PRACTICE, providerName, saidName } from "../../words/providers";
import { serverAddress } from "../../words/settings";
import { CarryStage } from "./CarryStage";
import { FailedStage } from "./FailedStage";
import { LinkedStage } from "./LinkedStage";
import type { Party } from "./party";
import { WaitingStage } from "./WaitingStage";

/** An authorization under way, until it is linked or was refused. */
export function LinkingScreen({ linking, ask }: { linking: Linking; ask: LinkAsk }) {
  const { go } = useNavigation();
  const progress = useQuery(linkProgress(linking.id)).data;
  const party = useParty(linking.profile);
  const cancel = useCancelLink();
  const step = progress?.step ?? { step: "preparing" };
  const over = step.step === "linked" || step.step === "failed";
  const stop = () => {
    if (!over) {
      cancel.mutate(linking.id);
    }
    go({ at: "accounts" });
  };
  return (
    <Page title="Link an account" onBack={stop}>
      {step.step === "linked" ? (
        <LinkedStage account={step.account} asked={step.asked_scopes} party={party} />
      ) : step.step === "failed" ? (
        <Ended failure={step.failure} party={party} ask={ask} />
      ) : linking.route === "manual" && step.step === "waiting" ? (
        <CarryStage id={linking.id} party={party} step={step} onCancel={stop} />
      ) : (
        <WaitingStage linking={linking} ask={ask} party={party} step={step} onCancel={stop} />
      )}
    </Page>
  );
}

/** An authorization that could not even begin. */
export function RefusedScreen({ failure, ask }: { failure: Failure; ask: LinkAsk }) {
  const { go } = useNavigation();
  const party = useParty("request" in ask ? ask.request.profile : PRACTICE);
  return (
    <Page title="Link an account" onBack={() => go({ at: "accounts" })}>
      <FailedStage failure={failure} party={party} ask={ask} />
    </Page>
  );
}

/** What the person stopped, or let pass, needs no screen: a word is enough. */
function Ended({ failure, party, ask }: { failure: Failure; party: Party; ask: LinkAsk }) {
  const { go, say } = useNavigation();
  const quiet = failure.code === "cancelled" || failure.code === "timed_out";
  const leave = useEffectEvent(() => {
    say({ text: failure.message, aside: failure.hint, tone: "neutral" });
    go({ at: "accounts" });
  });
  useEffect(() => {
    if (quiet) {
      leave();
    }
  }, [quiet]);
  return quiet ? null : <FailedStage failure={failure} party={party} ask={ask} />;
}

function useParty(profile: string): Party {
  const known = useQuery(profiles()).data?.find(({ name }) => name === profile);
  const catalogue = useQuery(providers()).data ?? [];
  const provider = known?.provider ?? (profile === PRACTICE ? PRACTICE : null);
  const label = providerName({ provider, profile }, catalogue);
  return {
    id: provider ?? profile,
    name: saidName({ provider, address: known ? serverAddress(known) : null }, label),
    label,
    profile,
    practice: isPractice(provider),
  };
}
