import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { LogEntry } from "../../bindings/LogEntry";
import { SearchLine } from "../../parts/SearchLine";
import { Segmented } from "../../parts/Segmented";
import { useNow } from "../../parts/useNow";
import { accounts } from "../../queries/accounts";
import { providers } from "../../queries/profiles";
import { activityLine, days, type Filter, isOf, says, told } from "../../words/activity";
import { providerName } from "../../words/providers";
import { dayStart, dayTitle } from "../../words/time";
import { whoIs } from "../../words/who";
import styles from "./Ledger.module.css";
import { LedgerRows } from "./LedgerRows";

const FILTERS: { id: Filter; text: string }[] = [
  { id: "all", text: "All" },
  { id: "handed", text: "Handed over" },
  { id: "refreshed", text: "Refreshed" },
  { id: "linked", text: "Linked" },
  { id: "problems", text: "Problems" },
];

/** The lines of the ledger, the latest first, by day; narrowed down by kind and by words. */
export function Ledger({ entries: all }: { entries: LogEntry[] }) {
  const entries = useMemo(() => told(all), [all]);
  const [filter, setFilter] = useState<Filter>("all");
  const [query, setQuery] = useState("");
  const whose = useWhose();
  const today = dayStart(useNow());
  const problems = useMemo(
    () => entries.filter((entry) => isOf("problems", activityLine(entry).kind)).length,
    [entries],
  );
  const groups = useMemo(() => {
    const wanted = entries.filter((entry) => {
      const line = activityLine(entry);
      return isOf(filter, line.kind) && says(line, entry.account ? whose(entry.account) : "", query);
    });
    return days(wanted, (at) => dayTitle(at, today));
  }, [entries, filter, query, whose, today]);
  return (
    <>
      <div className={styles.head}>
        <div className={styles.search}>
          <SearchLine label="Find in activity" value={query} onChange={setQuery} />
        </div>
        <Segmented
          label="Show"
          choices={FILTERS.map((choice) =>
            choice.id === "problems" ? { ...choice, count: problems, tone: "bad" as const } : choice,
          )}
          chosen={filter}
          onChoose={setFilter}
        />
      </div>
      {groups.length > 0 ? (
        <LedgerRows groups={groups} whose={whose} />
      ) : (
        <p className={styles.none} role="status">
          {query.trim() === "" ? NONE[filter] : `Nothing that happened says “${query.trim()}”.`}
        </p>
      )}
    </>
  );
}

const NONE: Record<Filter, string> = {
  all: "Nothing has happened yet.",
  handed: "No token was handed over yet.",
  refreshed: "No token was refreshed yet.",
  linked: "No account was linked yet.",
  problems: "No problems. What goes wrong shows up here.",
};

/** An account as people know it: its provider and who it is; of one that is gone, the name that it had. */
function useWhose(): (account: string) => string {
  const list = useQuery(accounts()).data;
  const catalogue = useQuery(providers()).data;
  return useMemo(() => {
    const known = new Map(
      (list ?? []).map((account) => [
        account.name,
        `${providerName(account, catalogue ?? [])} · ${whoIs(account)}`,
      ]),
    );
    return (account) => known.get(account) ?? account;
  }, [list, catalogue]);
}
