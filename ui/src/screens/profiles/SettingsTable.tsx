import { Chip } from "../../parts/Chip";
import { LAYERS } from "../../words/settings";
import styles from "./SettingsTable.module.css";
import type { SettingLine } from "./settingLines";

/** Every setting in effect, the layer it comes from, and what it overrides. */
export function SettingsTable({ lines }: { lines: SettingLine[] }) {
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
        {lines.map(({ key, value, layer, overrides }) => (
          <tr key={key}>
            <th scope="row">
              <code>{key}</code>
            </th>
            <td>
              <code data-unset={value === "not set" || undefined}>{value}</code>
              {overrides !== null && (
                <span className={styles.instead}>
                  instead of <code>{overrides}</code>
                </span>
              )}
            </td>
            <td>{layer && <Chip tone={layer === "profile" ? "accent" : "neutral"}>{LAYERS[layer]}</Chip>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
