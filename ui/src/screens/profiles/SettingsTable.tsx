import { Fragment } from "react";
import type { KnownSetting } from "../../bindings/KnownSetting";
import type { Profile } from "../../bindings/Profile";
import { Chip } from "../../parts/Chip";
import { IconButton } from "../../parts/IconButton";
import { LAYERS } from "../../words/settings";
import { SettingEditor } from "./SettingEditor";
import styles from "./SettingsTable.module.css";
import { formOf, type SettingLine } from "./settingLines";

type SettingsTableProps = {
  profile: Profile;
  lines: SettingLine[];
  known: KnownSetting[];
  /** The setting that is being changed. */
  editing: string | null;
  onEdit: (key: string | null) => void;
};

/** Every setting in effect, the layer it comes from, what it overrides, and its change in place. */
export function SettingsTable({ profile, lines, known, editing, onEdit }: SettingsTableProps) {
  return (
    <table className={styles.settings}>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Value in effect</th>
          <th scope="col">From</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => {
          const form = formOf(line.key, known);
          return (
            <Fragment key={line.key}>
              <SettingRow
                line={line}
                onEdit={form ? () => onEdit(editing === line.key ? null : line.key) : null}
              />
              {editing === line.key && form && (
                <tr className={styles.editing}>
                  <td colSpan={4}>
                    <SettingEditor
                      profile={profile}
                      name={line.key}
                      form={form}
                      onDone={() => onEdit(null)}
                    />
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

/** A long address goes on in the next line behind a slash or a sign like it, before it is broken anywhere. */
function Pieces({ text }: { text: string }) {
  return text.split(/(?<=[/?&=])(?![/])/).map((piece, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text, which never move.
    <Fragment key={at}>
      {piece}
      <wbr />
    </Fragment>
  ));
}

function SettingRow({ line, onEdit }: { line: SettingLine; onEdit: (() => void) | null }) {
  const { key, value, layer, overrides } = line;
  return (
    <tr>
      <th scope="row">
        <code>{key}</code>
      </th>
      <td>
        <code data-unset={layer === null || undefined}>
          <Pieces text={value} />
        </code>
        {overrides !== null && (
          <span className={styles.instead}>
            instead of <code>{overrides}</code>
          </span>
        )}
      </td>
      <td>{layer && <Chip tone={layer === "profile" ? "accent" : "neutral"}>{LAYERS[layer]}</Chip>}</td>
      <td className={styles.act}>
        {onEdit && (
          <span data-edits={key}>
            <IconButton icon="edit" label={`Change ${key}`} onPress={onEdit} />
          </span>
        )}
      </td>
    </tr>
  );
}
