import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { KnownSetting } from "../../bindings/KnownSetting";
import type { Profile } from "../../bindings/Profile";
import { Button } from "../../parts/Button";
import { Combo } from "../../parts/Combo";
import { SearchLine } from "../../parts/SearchLine";
import { Segmented } from "../../parts/Segmented";
import { knownSettings } from "../../queries/profiles";
import { SettingEditor } from "./SettingEditor";
import styles from "./SettingsPage.module.css";
import { SettingsTable } from "./SettingsTable";
import { type Filter, formOf, linesOf, offered } from "./settingLines";

type SettingsPageProps = { profile: Profile; editing: string | null; onEdit: (key: string | null) => void };

/** Every setting in effect, narrowed down by a word or by where it comes from; each can be changed in its place. */
export function SettingsPage({ profile, editing, onEdit }: SettingsPageProps) {
  const [query, setQuery] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const known = useQuery(knownSettings()).data ?? [];
  const choice = (id: Filter, text: string) => ({
    id,
    text: `${text} ${linesOf(profile, id, query).length}`,
  });
  const lines = linesOf(profile, filter, query);
  // Where the focus was, it goes on, although its field is gone.
  const edit = (key: string | null) => {
    onEdit(key);
    if (key === null && editing !== null) {
      toPencil(editing);
    }
  };
  return (
    <>
      <div className={styles.head}>
        <SearchLine label="Find a setting" value={query} onChange={setQuery} />
        <Segmented
          label="Which settings"
          choices={[choice("all", "All"), choice("own", "Yours"), choice("overridden", "Overridden")]}
          chosen={filter}
          onChoose={setFilter}
        />
      </div>
      {lines.length > 0 ? (
        <SettingsTable profile={profile} lines={lines} known={known} editing={editing} onEdit={edit} />
      ) : (
        <p className={styles.none} role="status">
          {query.trim() === "" ? NONE[filter] : `No setting has “${query.trim()}” in its name or value.`}
        </p>
      )}
      <Another profile={profile} known={known} />
    </>
  );
}

const NONE: Record<Filter, string> = {
  all: "Nothing is set.",
  own: "The profile sets nothing itself.",
  overridden: "No setting hides one of a layer below.",
};

function toPencil(key: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`[data-edits="${CSS.escape(key)}"] button`)?.focus();
  });
}

/** A setting that nothing says yet. */
function Another({ profile, known }: { profile: Profile; known: KnownSetting[] }) {
  const [typed, setTyped] = useState<string | null>(null);
  const form = typed === null ? null : formOf(typed.trim(), known);
  if (typed === null) {
    return (
      <div className={styles.another}>
        <Button size="sm" icon="plus" onPress={() => setTyped("")}>
          Set another…
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.setting}>
      <Combo
        label="Setting"
        placeholder="Which one"
        items={offered(profile, known).filter((key) => key.includes(typed.trim()))}
        value={typed}
        onChange={setTyped}
        onChoose={setTyped}
        autoFocus
      />
      {form ? (
        <SettingEditor
          key={typed}
          profile={profile}
          name={typed.trim()}
          form={form}
          onDone={() => setTyped(null)}
        />
      ) : (
        <div className={styles.acts}>
          {typed.endsWith(".") && <p className={styles.hint}>Type the parameter’s name behind the dot.</p>}
          <Button look="quiet" size="sm" onPress={() => setTyped(null)}>
            Cancel
          </Button>
        </div>
      )}
    </div>
  );
}
