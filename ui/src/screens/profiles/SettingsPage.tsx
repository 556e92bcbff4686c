import { useState } from "react";
import type { Profile } from "../../bindings/Profile";
import { SearchLine } from "../../parts/SearchLine";
import { Segmented } from "../../parts/Segmented";
import styles from "./SettingsPage.module.css";
import { SettingsTable } from "./SettingsTable";
import { type Filter, linesOf } from "./settingLines";

/** Every setting in effect, narrowed down by a word or by where it comes from. */
export function SettingsPage({ profile }: { profile: Profile }) {
  const [query, setQuery] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const of = (wanted: Filter) => linesOf(profile, wanted, query);
  const choice = (id: Filter, text: string) => ({ id, text: `${text} ${of(id).length}` });
  const lines = of(filter);
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
        <SettingsTable lines={lines} />
      ) : (
        <p className={styles.none} role="status">
          {query.trim() === "" ? NONE[filter] : `No setting has “${query.trim()}” in its name or value.`}
        </p>
      )}
    </>
  );
}

const NONE: Record<Filter, string> = {
  all: "Nothing is set.",
  own: "The profile sets nothing itself.",
  overridden: "No setting hides one of a layer below.",
};
