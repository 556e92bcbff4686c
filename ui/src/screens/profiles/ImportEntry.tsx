import { Checkbox } from "react-aria-components";
import type { ImportMend } from "../../bindings/ImportMend";
import type { PreviewedProfile } from "../../bindings/PreviewedProfile";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import type { SettingTrouble } from "../../bindings/SettingTrouble";
import { Button } from "../../parts/Button";
import { Coded } from "../../parts/Coded";
import { Disclosed } from "../../parts/Disclosed";
import { Icon } from "../../parts/Icon";
import { Segmented } from "../../parts/Segmented";
import { Tile } from "../../parts/Tile";
import { PROTOCOLS } from "../../words/protocols";
import { providerName } from "../../words/providers";
import { visible } from "../../words/providerText";
import styles from "./ImportEntry.module.css";
import { counted, type Decision, ownSettings, suggested } from "./importing";

type ImportEntryProps = {
  entry: PreviewedProfile;
  catalogue: ProviderSummary[];
  isThere: boolean;
  decision: Decision;
  onDecide: (decision: Decision) => void;
  onMend: (mends: ImportMend[]) => void;
  isMending: boolean;
};

/** One profile of the document: whether it is taken, what is in the way, and what it would set. */
export function ImportEntry(props: ImportEntryProps) {
  const { entry, catalogue, isThere, decision, onDecide, onMend, isMending } = props;
  const { name, profile, faults, replaces } = entry;
  const provider = providerName({ provider: profile?.provider ?? null, profile: name }, catalogue);
  const state = faults.length > 0 ? "faulty" : replaces ? "taken" : isThere ? "added" : "new";
  return (
    <li className={styles.entry}>
      <div className={styles.line}>
        {state === "faulty" ? (
          <span className={styles.faulty}>
            <Icon name="warn" />
          </span>
        ) : state === "taken" ? (
          <span className={styles.slot} />
        ) : (
          <Checkbox
            className={styles.check ?? ""}
            aria-label={`Import ${name}`}
            isSelected={decision === "take"}
            onChange={(on) => onDecide(on ? "take" : "leave")}
          >
            <span className={styles.box} aria-hidden="true">
              <Icon name="check" size={14} />
            </span>
          </Checkbox>
        )}
        <Tile id={profile?.provider ?? name} name={provider} size={28} />
        <div className={styles.words}>
          <div className={styles.name}>{visible(name)}</div>
          <div className={styles.state} data-state={state}>
            {STATES[state]}
            {profile && ` · ${PROTOCOLS[profile.protocol]}`}
          </div>
        </div>
        {state === "taken" && (
          <Segmented
            label={`${name} is taken`}
            choices={[
              { id: "leave", text: "Keep mine" },
              { id: "replace", text: "Replace" },
            ]}
            chosen={decision === "replace" ? "replace" : "leave"}
            onChoose={onDecide}
          />
        )}
      </div>
      {faults.map((fault) => (
        <Fault
          key={`${fault.key} ${fault.message}`}
          fault={fault}
          profile={name}
          onMend={onMend}
          isMending={isMending}
        />
      ))}
      {profile && <Settings entry={entry} />}
    </li>
  );
}

const STATES = {
  new: "New",
  added: "Adds to the one you have",
  taken: "You have one with this name",
  faulty: "Cannot be imported as it stands",
};

type FaultProps = {
  fault: SettingTrouble;
  profile: string;
  onMend: (mends: ImportMend[]) => void;
  isMending: boolean;
};

function Fault({ fault, profile, onMend, isMending }: FaultProps) {
  const mend = suggested(profile, fault);
  // The name of the profile, and its settings as a whole, are not keys that could be left out.
  const isKey = fault.key !== "name" && fault.key !== "settings";
  return (
    <div className={styles.fault}>
      <p className={styles.what}>
        <code>{visible(fault.key)}</code>: <Coded>{fault.message}</Coded>
      </p>
      <div className={styles.mends}>
        {mend && (
          <Button size="sm" isDisabled={isMending} onPress={() => onMend([mend])}>
            {`Use ${fault.nearest}`}
          </Button>
        )}
        {isKey && (
          <Button
            size="sm"
            look="quiet"
            isDisabled={isMending}
            onPress={() => onMend([{ profile, key: fault.key, becomes: null }])}
          >
            Leave it out
          </Button>
        )}
      </div>
    </div>
  );
}

function Settings({ entry }: { entry: PreviewedProfile }) {
  const settings = ownSettings(entry);
  return (
    <div className={styles.settings}>
      <Disclosed title={`Sets ${counted(settings.length, "setting")}`} plain>
        <dl className={styles.list}>
          {settings.map(({ key, value }) => (
            <div key={key} className={styles.setting}>
              <dt>
                <code>{key}</code>
              </dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </dl>
      </Disclosed>
    </div>
  );
}
