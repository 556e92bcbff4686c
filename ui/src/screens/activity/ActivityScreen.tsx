import { useQuery } from "@tanstack/react-query";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Page } from "../../parts/Page";
import { RefusedStage } from "../../parts/RefusedStage";
import { Skeleton } from "../../parts/Skeleton";
import { Stage } from "../../parts/Stage";
import { useSaveLog, wholeLog } from "../../queries/log";
import styles from "./ActivityScreen.module.css";
import { Ledger } from "./Ledger";

/** What happened in this vault: who was handed what, when. */
export function ActivityScreen() {
  const log = useQuery(wholeLog());
  const { say } = useNavigation();
  const save = useSaveLog();
  const write = () =>
    save.mutate(undefined, {
      onSuccess: (path) => path !== null && say({ text: `Saved as ${path}.`, tone: "ok" }),
    });
  const has = log.data !== undefined && log.data.length > 0;
  return (
    <Page
      title="Activity"
      headed={log.isPending || has}
      actions={
        has && (
          <Button size="sm" icon="export" isPending={save.isPending} onPress={write}>
            Export…
          </Button>
        )
      }
    >
      {save.error && (
        <div className={styles.refused}>
          <FailureNote failure={save.error} />
        </div>
      )}
      {log.isError ? (
        <RefusedStage failure={log.error} onRetry={() => log.refetch()} />
      ) : log.isPending ? (
        <div className={styles.wait}>
          <Skeleton label="Reading what happened" tile={28} />
        </div>
      ) : has ? (
        <Ledger entries={log.data} />
      ) : (
        <Stage
          title="Nothing has happened yet"
          lead="Every link, every refresh, every token that is handed over shows up here, with who got it and when."
        />
      )}
    </Page>
  );
}
