import { type FormEvent, useState } from "react";
import type { Profile } from "../../bindings/Profile";
import type { ProfileChange } from "../../bindings/ProfileChange";
import type { SettingForm } from "../../bindings/SettingForm";
import { Button } from "../../parts/Button";
import { Check } from "../../parts/Check";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { Segmented } from "../../parts/Segmented";
import { TextBox } from "../../parts/TextBox";
import { useSetProfile } from "../../queries/profiles";
import { shownValue } from "../../words/settings";
import styles from "./SettingEditor.module.css";
import { typedValue } from "./settingLines";

type SettingEditorProps = {
  profile: Profile;
  name: string;
  form: SettingForm;
  /** What people call it, where its key does not stand beside it. */
  label?: string;
  onDone: () => void;
};

/** Another value for one setting of the profile's own layer, or none any more. */
export function SettingEditor({
  profile,
  name,
  form,
  label = `New value of ${name}`,
  onDone,
}: SettingEditorProps) {
  const [typed, setTyped] = useState(() => typedValue(profile, name, form));
  const [empty, setEmpty] = useState(false);
  const [none, setNone] = useState(false);
  const set = useSetProfile();
  // A consumer may sign with an empty secret (RFC 5849 §3.4.2): that is said, since a forgotten one looks the same.
  const mayBeNone = name === "client_secret" && profile.protocol === "oauth1";
  const own = profile.settings[name]?.layer === "profile" && profile.settings[name]?.value !== "not set";
  const change = (part: Partial<ProfileChange>) =>
    set.mutate({ profile: profile.name, change: part }, { onSuccess: onDone });
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (none) {
      change({ client_secret: "" });
      return;
    }
    setEmpty(typed.trim() === "");
    if (typed.trim() === "") {
      return;
    }
    const text = form.kind === "secret" ? typed : typed.trim();
    if (form.kind === "secret") {
      setTyped("");
    }
    change(changeOf(name, form, text));
  };
  return (
    <form className={styles.editor} onSubmit={save}>
      {!none && (
        <Input
          label={label}
          name={name}
          form={form}
          value={typed}
          onChange={setTyped}
          error={empty ? "Type a value, or take the setting out." : null}
        />
      )}
      {mayBeNone && (
        <Check isSelected={none} onChange={setNone}>
          The provider shows no consumer secret
        </Check>
      )}
      {own && form.kind !== "secret" && <Below profile={profile} name={name} />}
      {set.error && <FailureNote failure={set.error} />}
      <div className={styles.acts}>
        {own && (
          <span className={styles.out}>
            <Button
              look="quiet"
              tone="bad"
              size="sm"
              isDisabled={set.isPending}
              onPress={() => change({ settings: { [name]: null } })}
            >
              Take it out
            </Button>
          </span>
        )}
        <Button look="quiet" size="sm" onPress={onDone}>
          Cancel
        </Button>
        <Button look="primary" size="sm" type="submit" isPending={set.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

/** What goes down: a secret by its own door, all else as it was typed. */
function changeOf(name: string, form: SettingForm, text: string): Partial<ProfileChange> {
  if (form.kind === "secret") {
    return name === "client_secret" ? { client_secret: text } : { rsa_key: text };
  }
  return { typed: { [name]: text } };
}

function Below({ profile, name }: { profile: Profile; name: string }) {
  const below = profile.settings[name]?.overrides ?? null;
  return (
    <p className={styles.below}>
      Taken out,{" "}
      {below === null ? (
        "it is not set at all, or as Keybelt does by itself."
      ) : (
        <>
          <code>{shownValue(below)}</code> counts.
        </>
      )}
    </p>
  );
}

type ChoiceProps = {
  label: string;
  choices: { id: string; text: string }[];
  chosen: string;
  onChoose: (choice: string) => void;
};

function Choice({ label, ...rest }: ChoiceProps) {
  return (
    <div>
      <div className={styles.label} aria-hidden="true">
        {label}
      </div>
      <Segmented label={label} {...rest} />
    </div>
  );
}

type InputProps = {
  label: string;
  name: string;
  form: SettingForm;
  value: string;
  onChange: (value: string) => void;
  error: string | null;
};

function Input({ label, name, form, value, onChange, error }: InputProps) {
  switch (form.kind) {
    case "one_of":
      return (
        <Choice
          label={label}
          choices={form.words.map((word) => ({ id: word, text: word }))}
          chosen={value}
          onChoose={onChange}
        />
      );
    case "flag":
      return (
        <Choice
          label={label}
          choices={[
            { id: "true", text: "On" },
            { id: "false", text: "Off" },
          ]}
          chosen={value || "false"}
          onChoose={onChange}
        />
      );
    case "secret":
      return name === "client_secret" ? (
        <Field
          label={label}
          type="password"
          help="Kept encrypted in your vault. It is never shown again."
          value={value}
          onChange={onChange}
          error={error}
          autoFocus
        />
      ) : (
        <TextBox
          label={label}
          aside="PEM"
          help="Kept encrypted in your vault. It is never shown again."
          value={value}
          onChange={onChange}
          error={error}
          code
          autoFocus
        />
      );
    case "json":
      return (
        <TextBox
          label={label}
          aside="JSON"
          value={value}
          onChange={onChange}
          error={error}
          rows={3}
          code
          autoFocus
        />
      );
    case "text":
    case "address":
    case "members":
      return (
        <Field
          label={label}
          value={value}
          onChange={onChange}
          error={error}
          inputMode={form.kind === "address" ? "url" : "text"}
          code
          autoFocus
        />
      );
    default:
      return form satisfies never;
  }
}
