import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { HeldAgainst } from "../../bindings/HeldAgainst";
import type { Pasted } from "../../bindings/Pasted";
import type { ProfileName } from "../../bindings/ProfileName";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Picker } from "../../parts/Picker";
import { profiles } from "../../queries/profiles";
import { visible } from "../../words/providerText";
import { momentAt, secondsNow } from "../../words/time";
import styles from "./Against.module.css";

type AgainstProps = {
  pasted: Extract<Pasted, { kind: "token" }>;
  pending: boolean;
  onLook: (how: { profile: ProfileName | null; fetchKeys?: boolean }) => void;
};

const NONE = "";

/** Which profile's server is to have signed it; its keys are fetched at the person's word only. */
export function Against({ pasted: { against }, pending, onLook }: AgainstProps) {
  const all = useQuery(profiles()).data ?? [];
  const [asking, ask] = useState(false);
  const choices = all
    .filter(({ protocol }) => protocol !== "oauth1")
    .map(({ name }) => ({ id: name, text: `Profile ${name}` }));
  return (
    <div className={styles.against}>
      <Picker
        label="Check it against"
        labelShown
        wide
        choices={[{ id: NONE, text: "No profile" }, ...choices]}
        chosen={against?.profile ?? NONE}
        onChoose={(name) => onLook({ profile: name === NONE ? null : name })}
      />
      <p className={styles.help}>{known(against)}</p>
      {against?.server && against.keys.kind !== "client_secret" && (
        <div className={styles.fetch}>
          <Button size="sm" icon="refresh" isPending={pending} onPress={() => ask(true)}>
            {against.keys.kind === "read" ? "Fetch them afresh…" : "Fetch its keys…"}
          </Button>
        </div>
      )}
      {asking && against?.server && (
        <AskDialog
          server={against.server}
          onClose={() => ask(false)}
          onYes={() => {
            ask(false);
            onLook({ profile: against.profile, fetchKeys: true });
          }}
        />
      )}
    </div>
  );
}

function known(against: HeldAgainst | null): string {
  if (against === null) {
    return "Without a profile or keys the signature is not checked.";
  }
  switch (against.keys.kind) {
    case "none":
      return against.server === null
        ? "This profile names no server whose keys could be fetched."
        : "Its keys were not fetched yet. Without them the signature is not checked.";
    case "read":
      return `Its keys were fetched ${momentAt(against.keys.at, secondsNow())}.`;
    case "client_secret":
      return "Its tokens are signed with the client secret, which is in your vault.";
    default:
      return against.keys satisfies never;
  }
}

type AskDialogProps = { server: string; onClose: () => void; onYes: () => void };

function AskDialog({ server, onClose, onYes }: AskDialogProps) {
  return (
    <Dialog
      alert
      title={`Ask ${visible(server)} for its keys?`}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose} autoFocus>
            Do not ask
          </Button>
          <Button look="primary" onPress={onYes}>
            Ask for its keys
          </Button>
        </>
      }
    >
      <p className={styles.lead}>
        The token stays here. That server learns that somebody at this address wants its public keys, which
        everybody may read.
      </p>
    </Dialog>
  );
}
