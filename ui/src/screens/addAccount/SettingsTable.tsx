import type { Layer } from "../../bindings/Layer";
import type { Profile } from "../../bindings/Profile";
import { Chip } from "../../parts/Chip";
import { visible } from "../../words/providerText";
import styles from "./SettingsTable.module.css";

const LAYERS: Record<Layer, string> = {
  default: "Default",
  catalogue: "Catalogue",
  metadata: "Metadata",
  profile: "Profile",
};

/** Every setting in effect, the layer it comes from, and what it overrides. */
export function SettingsTable({ profile }: { profile: Profile }) {
  return (
    <table className={styles.settings}>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Value in effect</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(profile.settings).map(([key, { value, layer, overrides }]) => (
          <tr key={key}>
            <th scope="row">
              <code>{key}</code>
            </th>
            <td>
              <code>{shownValue(value)}</code>
              {overrides !== null && (
                <span className={styles.instead}>
                  instead of <code>{shownValue(overrides)}</code>
                </span>
              )}
            </td>
            <td>
              <Chip tone={layer === "profile" ? "accent" : "neutral"}>{LAYERS[layer]}</Chip>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A setting's value as text. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) {
    return "not set";
  }
  return visible(typeof value === "string" ? value : JSON.stringify(value));
}
