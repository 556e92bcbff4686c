import type { FormEvent } from "react";
import {
  Button as AriaButton,
  FieldError,
  Group,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  TextField,
} from "react-aria-components";
import type { Account } from "../../bindings/Account";
import type { RequestPlan } from "../../bindings/RequestPlan";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { compose, useRequestWork } from "../../queries/request";
import { visible } from "../../words/providerText";
import styles from "./AddressBar.module.css";
import pick from "./Picker.module.css";

type AddressBarProps = {
  account: Account;
  plan: RequestPlan | null;
  sending: boolean;
  onSend: () => void;
  onStop: () => void;
};

/** Method and address, joined to the profile's API as it is typed, and the button that sends. */
export function AddressBar({ account, plan, sending, onSend, onStop }: AddressBarProps) {
  const { url } = useRequestWork().composed;
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
            placeholder={base ? "" : "https://"}
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
        <Button look="primary" size="lg" icon="send" type="submit">
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
    <Select value={method} onChange={(chosen) => chosen !== null && compose({ method: String(chosen) })}>
      <Label className={pick.hidden ?? ""}>Method</Label>
      <AriaButton className={pick.button ?? ""}>
        <SelectValue />
        <Icon name="updown" />
      </AriaButton>
      <Popover className={pick.popover ?? ""} placement="bottom start">
        <ListBox className={pick.list ?? ""}>
          {METHODS.map((name) => (
            <ListBoxItem key={name} id={name} textValue={name} className={pick.item ?? ""}>
              {name}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
