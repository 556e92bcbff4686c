import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Account } from "../../bindings/Account";
import type { AccountName } from "../../bindings/AccountName";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { accounts, useUnlinkAccount } from "../../queries/accounts";
import { profiles } from "../../queries/profiles";
import { takesBack } from "../../words/settings";
import { enumerated, whoIs } from "../../words/who";
import { AskBack } from "./AskBack";
import styles from "./dialogs.module.css";

/** The end of several accounts, one after the other; where one stays, it and those after it are still chosen. */
export function UnlinkSeveralDialog({ names }: { names: AccountName[] }) {
  const { close, say } = useNavigation();
  const list = useQuery(accounts()).data ?? [];
  const registered = useQuery(profiles()).data ?? [];
  const unlink = useUnlinkAccount();
  const [asking, setAsking] = useState(true);
  const [under, setUnder] = useState(false);
  const chosen = list.filter(({ name }) => names.includes(name));
  const hears = ({ protocol, profile }: Account) =>
    takesBack(
      protocol,
      registered.find(({ name }) => name === profile),
    );
  const go = async () => {
    setUnder(true);
    try {
      for (const account of chosen) {
        await unlink.mutateAsync({ account: account.name, revoke: asking && hears(account) });
      }
      say({ text: `${chosen.length} accounts are unlinked.`, tone: "ok" });
      close();
    } catch {
      // Shown below, from the mutation.
    } finally {
      setUnder(false);
    }
  };
  return (
    <Dialog
      alert
      title={`Unlink ${chosen.length === 1 ? "this account" : `these ${chosen.length} accounts`}?`}
      onClose={close}
      foot={
        <>
          <Button onPress={close} autoFocus>
            Keep them
          </Button>
          <Button look="danger" isPending={under} onPress={go}>
            Unlink
          </Button>
        </>
      }
    >
      <p className={styles.lead}>
        The tokens of {enumerated(chosen.map(whoIs))} are wiped from your vault, and tools that use them stop
        working. The history stays.
      </p>
      <AskBack
        whom={chosen.some(hears) ? "the providers" : null}
        asking={asking}
        onChange={setAsking}
        failure={unlink.error}
      />
    </Dialog>
  );
}
