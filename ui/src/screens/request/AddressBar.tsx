import type { FormEvent } from "react";
import { FieldError, Group, Input, Label, TextField } from "react-aria-components";
import type { Account } from "../../bindings/Account";
import type { RequestPlan } from "../../bindings/RequestPlan";
import { Button } from "../../parts/Button";
import { Picker } from "../../parts/Picker";
import pick from "../../parts/Picker.module.css";
import { addressOf, compose, useRequestWork } from "../../queries/request";
import { visible } from "../../words/providerText";
import styles from "./AddressBar.module.css";

type AddressBarProps = {
  account: Account;
  plan: RequestPlan | null;
  sending: boolean;
  onSend: () => void;
  onStop: () => void;
};

/** Method and address, joined to the profile's API as it is typed, and the button that sends. */
export function AddressBar({ account, plan, sending, onSend, onStop }: AddressBarProps) {
  const url = addressOf(useRequestWork().composed, account);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend();
  };
  const fault = plan?.problem;
  const isFull = /^[a-z][a-z0-9+.-]*:/i.test(url.trim());
  const base = isFull ? null : plan?.api_base;
  const help =
    plan && !plan.api_base && !isFull
      ? `The profile ${account.profile} names no API: give the address in full.`
      : null;
  return (
    <form className={styles.bar} onSubmit={send}>
      <MethodPicker />
      <TextField
        className={styles.address ?? ""}
        value={url}
        onChange={(typed) => compose({ url: typed })}
        isInvalid={fault !== null && fault !== undefined && url !== ""}
        validationBehavior="aria"
        autoFocus
      >
        <Label className={pick.hidden ?? ""}>{base ? `Address below ${base}` : "Address"}</Label>
        <Group className={styles.field ?? ""}>
          {base && (
            <span className={styles.base} aria-hidden="true">
              {visible(base)}
            </span>
          )}
          <Input
            className={styles.input ?? ""}
            placeholder={base ? "a path" : "https://"}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
          />
        </Group>
        <FieldError className={styles.error ?? ""}>{fault && `${fault.message} ${fault.hint}`}</FieldError>
        {help && (url === "" || !fault) && <p className={styles.help}>{help}</p>}
      </TextField>
      {sending ? (
        <Button size="lg" icon="x" onPress={onStop}>
          Stop
        </Button>
      ) : (
        <Button look="primary" size="lg" icon="send" type="submit" isDisabled={url.trim() === ""}>
          Send
        </Button>
      )}
    </form>
  );
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

function MethodPicker() {
  const { method } = useRequestWork().composed;
  return (
    <Picker
      label="Method"
      size="lg"
      choices={METHODS.map((name) => ({ id: name, text: name }))}
      chosen={method}
      onChoose={(chosen) => compose({ method: chosen })}
    />
  );
}
