import { type FormEvent, useId, useState } from "react";
import type { Discovered } from "../../bindings/Discovered";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { useDiscover } from "../../queries/profiles";
import styles from "./IssuerDialog.module.css";

type IssuerDialogProps = {
  onFound: (found: Discovered) => void;
  onHand: () => void;
  onClose: () => void;
};

/** The server says itself how to sign in there. */
export function IssuerDialog({ onFound, onHand, onClose }: IssuerDialogProps) {
  const [address, setAddress] = useState("");
  const [empty, setEmpty] = useState(false);
  const discover = useDiscover();
  const form = useId();
  const look = (event: FormEvent) => {
    event.preventDefault();
    setEmpty(address.trim() === "");
    if (address.trim() !== "") {
      discover.mutate(address.trim(), { onSuccess: onFound });
    }
  };
  return (
    <Dialog
      title="Use another authorization server"
      onClose={onClose}
      foot={
        <>
          <Button look="quiet" onPress={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form={form} isPending={discover.isPending}>
            Look it up
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={look}>
        <Field
          label="Issuer or metadata URL"
          placeholder="https://id.example.org"
          help="Keybelt asks the server itself how to sign in there."
          value={address}
          onChange={setAddress}
          error={empty ? "Type or paste the address of the server that you sign in to." : null}
          inputMode="url"
          code
          autoFocus
        />
        {discover.error && <FailureNote failure={discover.error} />}
        <p className={styles.hand}>
          A server without metadata?{" "}
          <Button look="text" onPress={onHand}>
            Fill in its addresses…
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
