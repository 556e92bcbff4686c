import { useEffect, useState } from "react";
import type { Linking } from "../../bindings/Linking";
import type { LinkProgress } from "../../bindings/LinkProgress";
import type { LinkStep } from "../../bindings/LinkStep";
import { type LinkAsk, useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Chip } from "../../parts/Chip";
import { CopyButton } from "../../parts/CopyButton";
import { FailureNote } from "../../parts/FailureNote";
import { Hidden } from "../../parts/Hidden";
import { Icon } from "../../parts/Icon";
import { Ring } from "../../parts/Ring";
import { Actions, Stage } from "../../parts/Stage";
import { Tile } from "../../parts/Tile";
import {
  useCancelLink,
  useLinkInBrowser,
  useOpenBefore,
  useOpenLink,
  useRaiseLink,
} from "../../queries/links";
import { visible } from "../../words/providerText";
import { secondsNow, stopwatch } from "../../words/time";
import type { Party } from "./party";
import styles from "./WaitingStage.module.css";

type Waiting = Exclude<LinkStep, { step: "linked" } | { step: "failed" }>;

type WaitingStageProps = {
  linking: Linking;
  ask: LinkAsk;
  party: Party;
  step: Waiting;
  onCancel: () => void;
};

const ORDER: Record<Waiting["step"], number> = { preparing: 0, waiting: 1, redeeming: 2, checking: 2 };

/** The person is at the provider; this page goes on by itself. */
export function WaitingStage({ linking, ask, party, step, onCancel }: WaitingStageProps) {
  const { go } = useNavigation();
  const inBrowser = useLinkInBrowser();
  const again = useOpenLink();
  const raise = useRaiseLink();
  const refused = inBrowser.error ?? again.error ?? raise.error;
  const embedded = linking.route === "webview";
  const before = useOpenBefore(linking);
  const queued = embedded && step.step === "preparing" ? before : null;
  const toBrowser = async () => {
    try {
      const again = await inBrowser.mutateAsync(linking.id);
      go({ at: "link", linking: again, ask });
    } catch {
      // Shown below, from the mutation.
    }
  };
  return (
    <Stage
      sign={
        <Tile id={party.id} name={party.label} size={52} badge={{ icon: "hourglass", tone: "neutral" }} />
      }
      title={
        linking.embedded_refused ? `${party.name} wants your own browser` : `Waiting for you at ${party.name}`
      }
      lead={
        queued
          ? "Another authorization is open, and there is one window at a time. This one opens when that has ended."
          : leadOf(linking, party)
      }
      takesFocus
    >
      {queued && <Before progress={queued} />}
      {party.practice && (
        <p className={styles.practice}>
          <Chip tone="accent">Practice</Chip> Everybody there is made up.
        </p>
      )}
      {step.step === "waiting" && step.other_hosts.length > 0 && (
        <p className={styles.hosts}>
          Besides the issuer, these hosts will see a token:{" "}
          <code>{step.other_hosts.map(visible).join(", ")}</code>
        </p>
      )}
      <Steps
        at={ORDER[step.step]}
        embedded={embedded}
        queued={queued !== null}
        origin={step.step === "waiting" ? step.origin : null}
      />
      <Actions>
        {embedded && step.step === "waiting" && (
          <Button look="primary" icon="window" onPress={() => raise.mutate(linking.id)}>
            Show the window
          </Button>
        )}
        {embedded && (
          <Button icon="globe" isPending={inBrowser.isPending} onPress={toBrowser}>
            Use my browser instead
          </Button>
        )}
        {!embedded && step.step === "waiting" && (
          <>
            <Button icon="globe" isPending={again.isPending} onPress={() => again.mutate(linking.id)}>
              Open it again
            </Button>
            <CopyButton
              words="Copy the address"
              what="to open it in any browser here"
              text={step.url}
              size="md"
            />
          </>
        )}
        <Button look="quiet" onPress={onCancel}>
          Cancel
        </Button>
      </Actions>
      {refused && (
        <div className={styles.refused}>
          <FailureNote failure={refused} />
        </div>
      )}
      <p className={styles.foot}>
        {"elsewhere" in ask ? "" : "Gives up after 5 minutes. "}Nothing is stored until the answer has been
        checked.
      </p>
    </Stage>
  );
}

/** The one whose window is open: it can be shown, or ended. */
function Before({ progress }: { progress: LinkProgress }) {
  const raise = useRaiseLink();
  const cancel = useCancelLink();
  const { id, profile } = progress;
  const refused = raise.error ?? cancel.error;
  const name = visible(profile);
  return (
    <div className={styles.before} role="status">
      <p>
        The window of <code>{name}</code> is open.
      </p>
      <Actions>
        <Button size="sm" icon="window" onPress={() => raise.mutate(id)}>
          Show it
        </Button>
        <Button
          size="sm"
          look="quiet"
          isPending={cancel.isPending}
          aria-label={`Cancel the authorization of ${name}`}
          onPress={() => cancel.mutate(id)}
        >
          Cancel it
        </Button>
      </Actions>
      {refused && <FailureNote failure={refused} />}
    </div>
  );
}

function leadOf({ route, embedded_refused }: Linking, party: Party): string {
  if (route === "webview") {
    return "Sign in and allow access in the window that opened. This page goes on by itself.";
  }
  return embedded_refused
    ? `${party.name} does not allow signing in inside other programs. Your browser does it just as well; you may be signed in there already. This page goes on by itself.`
    : "Sign in and allow access in your browser. If none opened, open the address yourself. This page goes on by itself.";
}

type StepsProps = { at: number; embedded: boolean; queued: boolean; origin: string | null };

function Steps({ at, embedded, queued, origin }: StepsProps) {
  const waited = useStopwatch(at === 1);
  const first = embedded ? (at === 0 ? "The window opens" : "The window is open") : "Sent to your browser";
  const steps = [
    { text: first, aside: origin ? hostOf(origin) : queued ? "waits for its turn" : "" },
    { text: "You sign in and allow access", aside: at === 1 ? `waiting for you, ${stopwatch(waited)}` : "" },
    { text: "Keybelt checks the answer", aside: "" },
    { text: "Linked", aside: "" },
  ];
  return (
    <>
      <ol className={styles.steps}>
        {steps.map(({ text, aside }, place) => (
          <li
            key={text}
            className={styles.step}
            data-state={place < at ? "done" : place === at ? "running" : "todo"}
            aria-current={place === at ? "step" : undefined}
          >
            <span className={styles.sign}>
              {place < at ? (
                <Icon name="check" size={18} />
              ) : place === at ? (
                <Ring size={16} spinning="calm" />
              ) : (
                <i />
              )}
            </span>
            <span className={styles.text}>
              {text}
              {place < at && <Hidden>, done</Hidden>}
            </span>
            <span className={styles.aside}>{aside}</span>
          </li>
        ))}
      </ol>
      <Hidden live>{steps[at]?.text}</Hidden>
    </>
  );
}

function hostOf(origin: string): string {
  return visible(URL.canParse(origin) ? new URL(origin).host : origin);
}

/** Seconds since it runs. */
function useStopwatch(runs: boolean): number {
  const [waited, setWaited] = useState(0);
  useEffect(() => {
    if (!runs) {
      return;
    }
    const started = secondsNow();
    const timer = setInterval(() => setWaited(secondsNow() - started), 1000);
    return () => clearInterval(timer);
  }, [runs]);
  return waited;
}
