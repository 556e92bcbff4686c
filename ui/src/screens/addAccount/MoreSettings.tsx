import { Disclosed } from "../../parts/Disclosed";
import { Field } from "../../parts/Field";
import { Segmented } from "../../parts/Segmented";
import type { Typing } from "./draft";
import styles from "./MoreSettings.module.css";

const METHODS = [
  { id: "", text: "By itself" },
  { id: "client_secret_basic", text: "Header" },
  { id: "client_secret_post", text: "Body" },
  { id: "none", text: "No secret" },
];

type MoreSettingsProps = { typing: Typing; onChange: (part: Partial<Typing>) => void };

/** What few have to change. */
export function MoreSettings({ typing, onChange }: MoreSettingsProps) {
  return (
    <Disclosed title="More settings">
      <div className={styles.more}>
        <Field
          label="Redirect URI"
          aside="if your registration has another one"
          code
          value={typing.redirectUri}
          onChange={(redirectUri) => onChange({ redirectUri })}
        />
        <div>
          <h3 className={styles.label}>How the secret is sent</h3>
          <Segmented
            label="How the secret is sent"
            choices={METHODS}
            chosen={typing.authMethod}
            onChoose={(authMethod) => onChange({ authMethod })}
          />
        </div>
      </div>
    </Disclosed>
  );
}
