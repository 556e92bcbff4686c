import { Disclosed } from "../../parts/Disclosed";
import { Field } from "../../parts/Field";
import { Segmented } from "../../parts/Segmented";
import { TextBox } from "../../parts/TextBox";
import type { Typing } from "./draft";
import styles from "./MoreSettings.module.css";

const AUTHENTICATION = [
  { id: "", text: "By itself" },
  { id: "client_secret_basic", text: "Header" },
  { id: "client_secret_post", text: "Body" },
  { id: "none", text: "No secret" },
];

const SIGNATURES = [
  { id: "", text: "HMAC-SHA1" },
  { id: "HMAC-SHA256", text: "HMAC-SHA256" },
  { id: "RSA-SHA1", text: "RSA-SHA1" },
  { id: "PLAINTEXT", text: "PLAINTEXT" },
];

const PLACES = [
  { id: "", text: "Header" },
  { id: "body", text: "Body" },
  { id: "query", text: "Query" },
];

const KEYS: { id: Typing["rsaKey"]; text: string }[] = [
  { id: "made", text: "Keybelt makes one" },
  { id: "own", text: "I have one" },
];

type MoreSettingsProps = {
  typing: Typing;
  consumer: boolean;
  onChange: (part: Partial<Typing>) => void;
  /** The private key stays out of the form's own state. */
  rsaKey: string;
  onRsaKey: (pem: string) => void;
};

/** What few have to change. */
export function MoreSettings({ typing, consumer, onChange, rsaKey, onRsaKey }: MoreSettingsProps) {
  return (
    <Disclosed title="More settings">
      <div className={styles.more}>
        {typing.way !== "pin" && (
          <Field
            label={consumer ? "Callback URL" : "Redirect URI"}
            aside="if your registration has another one"
            code
            value={typing.redirectUri}
            onChange={(redirectUri) => onChange({ redirectUri })}
          />
        )}
        {consumer ? (
          <>
            <Choice
              title="How requests are signed"
              choices={SIGNATURES}
              chosen={typing.signatureMethod}
              onChoose={(signatureMethod) => onChange({ signatureMethod })}
            />
            {typing.signatureMethod === "RSA-SHA1" && (
              <Choice
                title="Private key"
                choices={KEYS}
                chosen={typing.rsaKey}
                onChoose={(rsaKey) => onChange({ rsaKey })}
              />
            )}
            {typing.signatureMethod === "RSA-SHA1" && typing.rsaKey === "made" && (
              <p className={styles.note}>
                It is made when you save, and kept encrypted in your vault. What you register there, its
                public half, is shown then.
              </p>
            )}
            {typing.signatureMethod === "RSA-SHA1" && typing.rsaKey === "own" && (
              <TextBox
                label="Your private key"
                aside="PEM"
                help="Kept encrypted in your vault. It is never shown again."
                value={rsaKey}
                onChange={onRsaKey}
                code
              />
            )}
            <Choice
              title="Where the signature stands"
              choices={PLACES}
              chosen={typing.signatureType}
              onChoose={(signatureType) => onChange({ signatureType })}
            />
          </>
        ) : (
          <Choice
            title="How the secret is sent"
            choices={AUTHENTICATION}
            chosen={typing.authMethod}
            onChoose={(authMethod) => onChange({ authMethod })}
          />
        )}
      </div>
    </Disclosed>
  );
}

type ChoiceProps<Id extends string> = {
  title: string;
  choices: { id: Id; text: string }[];
  chosen: Id;
  onChoose: (id: Id) => void;
};

function Choice<Id extends string>({ title, choices, chosen, onChoose }: ChoiceProps<Id>) {
  return (
    <div>
      <h3 className={styles.label}>{title}</h3>
      <Segmented label={title} choices={choices} chosen={chosen} onChoose={onChoose} />
    </div>
  );
}
