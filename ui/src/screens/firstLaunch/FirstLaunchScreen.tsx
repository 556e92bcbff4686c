import { useState } from "react";
import type { Failure } from "../../bindings/Failure";
import { useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Icon } from "../../parts/Icon";
import { Mark } from "../../parts/Mark";
import { Page } from "../../parts/Page";
import { PracticeCard } from "../../parts/PracticeCard";
import { Actions, Stage } from "../../parts/Stage";
import { failureOf } from "../../queries/call";
import { useCreateVault } from "../../queries/vault";
import styles from "./FirstLaunchScreen.module.css";
import { NewPassphrase } from "./NewPassphrase";

type Next = "add" | "practice";

/** Before there is a vault: one primary action, one way to try, and where secrets live. */
export function FirstLaunchScreen() {
  const { go, open } = useNavigation();
  const linking = useLinking();
  const create = useCreateVault();
  // What the person wanted last, should they choose a passphrase after it was refused.
  const [wanted, want] = useState<Next>("add");
  const [asked, setAsked] = useState<{ next: Next; why: Failure | null } | null>(null);

  // With its vault this screen is gone, so what comes next must not hang on it.
  const begin = async (next: Next, passphrase: string | null) => {
    want(next);
    try {
      await create.mutateAsync(passphrase);
    } catch (cause) {
      const failure = failureOf(cause);
      if (failure.code === "keyring_unavailable") {
        setAsked({ next, why: failure });
      }
      return;
    }
    if (next === "add") {
      go({ at: "add" });
    } else {
      await linking.start({ practice: true });
    }
  };

  if (asked) {
    return (
      <NewPassphrase
        why={asked.why}
        refused={create.error?.code === "keyring_unavailable" ? null : create.error}
        pending={create.isPending}
        onChoose={(passphrase) => begin(asked.next, passphrase)}
        onBack={() => {
          create.reset();
          setAsked(null);
        }}
      />
    );
  }
  const busy = create.isPending || linking.starting;
  return (
    <Page>
      <Stage
        sign={<Mark size={64} />}
        title="Your accounts, on one belt"
        lead="Link an account once. Keybelt keeps its token fresh, shows what it holds, and hands it to the tools that need it."
        big
      >
        <Actions>
          <Button look="primary" size="lg" icon="plus" isDisabled={busy} onPress={() => begin("add", null)}>
            Link an account
          </Button>
        </Actions>
        <div className={styles.practice}>
          <PracticeCard isPending={busy} onPress={() => begin("practice", null)} />
        </div>
        {create.error && create.error.code !== "keyring_unavailable" && (
          <FailureNote failure={create.error} />
        )}
        <p className={styles.where}>
          <Icon name="lock" />
          <span>
            Tokens lie encrypted on this machine; the key goes into the system keyring, unless{" "}
            <code>KEYBELT_PASSPHRASE_FILE</code> names a passphrase.{" "}
            <Button
              look="text"
              onPress={() => {
                create.reset();
                setAsked({ next: wanted, why: null });
              }}
            >
              Use a passphrase instead…
            </Button>{" "}
            <Button look="text" onPress={() => open({ kind: "restore" })}>
              Restore a backup…
            </Button>
          </span>
        </p>
      </Stage>
    </Page>
  );
}
