import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AccountName } from "../../bindings/AccountName";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Icon } from "../../parts/Icon";
import { iconOfUse } from "../../parts/iconOfUse";
import { Tile } from "../../parts/Tile";
import { account, accounts, useUnlinkAccount } from "../../queries/accounts";
import { profile, providers } from "../../queries/profiles";
import { providerName, saidName } from "../../words/providers";
import { visible } from "../../words/providerText";
import { serverAddress, takesBack } from "../../words/settings";
import { clock, relative, secondsNow } from "../../words/time";
import { toolsAmong, toolsWhich, type Use, usesOf } from "../../words/usedBy";
import { whoIs } from "../../words/who";
import { AskBack } from "./AskBack";
import styles from "./dialogs.module.css";

/** What will happen, in order, before it does. */
export function UnlinkDialog({ name }: { name: AccountName }) {
  const { close, say, backToList } = useNavigation();
  const list = useQuery(accounts()).data ?? [];
  const detail = useQuery(account(name)).data;
  const catalogue = useQuery(providers()).data ?? [];
  const unlink = useUnlinkAccount();
  const [asking, setAsking] = useState(true);
  const linked = list.find((one) => one.name === name);
  const registration = useQuery({ ...profile(linked?.profile ?? ""), enabled: linked !== undefined }).data;
  if (!linked) {
    return null;
  }
  const label = providerName(linked, catalogue);
  const address = linked.issuer ?? (registration ? serverAddress(registration) : null);
  const provider = saidName({ provider: linked.provider, address }, label);
  const hears = takesBack(linked.protocol, registration);
  const revoke = asking && hears;
  const kept = unlink.error !== null;
  const go = (revoke: boolean) =>
    unlink.mutate(
      { account: name, revoke },
      {
        onSuccess: ({ revoked }) => {
          say({
            text: `${provider} is unlinked.`,
            aside: revoked
              ? `It confirmed the end of access at ${clock(secondsNow())}.`
              : hears
                ? ""
                : `Remove Keybelt in your ${provider} account too.`,
            tone: "ok",
          });
          backToList();
          close();
        },
      },
    );
  return (
    <Dialog
      alert
      title={`Unlink this ${provider} account?`}
      tile={<Tile id={linked.provider ?? linked.profile} name={label} size={36} />}
      subtitle={whoIs(linked)}
      onClose={close}
      foot={
        <>
          <Button onPress={close} autoFocus>
            Keep it
          </Button>
          {kept && revoke && (
            <Button isDisabled={unlink.isPending} onPress={() => go(false)}>
              Wipe here only
            </Button>
          )}
          <Button look="danger" isPending={unlink.isPending} onPress={() => go(revoke)}>
            {kept && revoke ? "Try again" : "Unlink"}
          </Button>
        </>
      }
    >
      <Steps
        provider={provider}
        hears={hears}
        revoke={revoke}
        tools={toolsAmong(usesOf(detail?.used_by ?? [], linked.obtained_at))}
      />
      <AskBack whom={hears ? provider : null} asking={revoke} onChange={setAsking} failure={unlink.error} />
    </Dialog>
  );
}

type StepsProps = { provider: string; hears: boolean; revoke: boolean; tools: Use[] };

function Steps({ provider, hears, revoke, tools }: StepsProps) {
  const wiped = {
    what: "The tokens are wiped from your vault",
    why: "The history stays. You can link again at any time.",
  };
  const steps = !hears
    ? [
        {
          what: `Remove Keybelt in your ${provider} account`,
          why: `${provider} takes back the access only there, where it lists the programs that you allowed.`,
        },
        wiped,
      ]
    : revoke
      ? [
          {
            what: `${provider} takes back the access`,
            why: "Keybelt asks for it, waits for the answer, and keeps it in the history.",
          },
          wiped,
        ]
      : [wiped];
  return (
    <ol className={styles.steps}>
      {steps.map(({ what, why }, at) => (
        <li key={what} className={styles.step}>
          <span className={styles.number} aria-hidden="true">
            {at + 1}
          </span>
          <div>
            <p className={styles.what}>{what}</p>
            <p className={styles.why}>{why}</p>
          </div>
        </li>
      ))}
      {tools.length > 0 && (
        <li className={styles.step}>
          <span className={styles.number} aria-hidden="true">
            {steps.length + 1}
          </span>
          <div>
            <p className={styles.what}>{toolsWhich(tools.length, "stops working", "stop working")}</p>
            <Tools tools={tools} />
          </div>
        </li>
      )}
    </ol>
  );
}

function Tools({ tools }: { tools: Use[] }) {
  const now = secondsNow();
  return (
    <ul className={styles.tools}>
      {tools.slice(0, 6).map(({ name, kind, stale, receiver }) => (
        <li key={name} className={styles.tool}>
          <Icon name={iconOfUse(kind)} />
          <span className={styles.toolName}>{visible(name)}</span>
          <span className={styles.toolWhen}>
            {stale ? "already stale" : `used ${relative(receiver.last, now)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
