import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useMemo, useState } from "react";
import type { AccountOrder } from "../../bindings/AccountOrder";
import type { WindowLayout } from "../../bindings/WindowLayout";
import { useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { fetchRest, later } from "../../parts/later";
import { PracticeCard } from "../../parts/PracticeCard";
import { RefusedStage } from "../../parts/RefusedStage";
import { Actions, Stage } from "../../parts/Stage";
import { useNarrow } from "../../parts/useNarrow";
import { accounts } from "../../queries/accounts";
import { providers } from "../../queries/profiles";
import { useKeepWindowLayout, windowLayout } from "../../queries/window";
import { AccountList } from "./AccountList";
import styles from "./AccountsScreen.module.css";
import { ListEdge } from "./ListEdge";
import { inOrder } from "./order";

const AccountDetail = later(() => import("./detail/AccountDetail").then((its) => its.AccountDetail));
const SeveralAccounts = later(() => import("./SeveralAccounts").then((its) => its.SeveralAccounts));
const NONE: never[] = [];

declare module "react" {
  interface CSSProperties {
    "--list"?: string;
  }
}

/**
 * The accounts on the left, the chosen one beside them; in a narrow window they take turns.
 * Of a window that becomes narrow, the one that was used last stays.
 */
export function AccountsScreen() {
  const { account, pane, choose, show, backToList } = useNavigation();
  const narrow = useNarrow();
  const list = useQuery(accounts());
  const catalogue = useQuery(providers()).data ?? NONE;
  const layout = useLayout();
  const ordered = useMemo(
    () => inOrder(list.data ?? NONE, catalogue, layout.order),
    [list.data, catalogue, layout.order],
  );
  const chosen = ordered.find(({ name }) => name === account) ?? ordered[0];
  const [names, setSeveral] = useState<string[]>([]);
  // Of those that were chosen together, who is still there.
  const together = useMemo(() => {
    const wanted = new Set(names);
    return ordered.filter(({ name }) => wanted.has(name));
  }, [ordered, names]);
  const several = together.length > 1 ? together : [];
  const chosenName = chosen?.name;
  useEffect(() => {
    if (chosenName && chosenName !== account) {
      choose(chosenName);
    }
  }, [chosenName, account, choose]);
  useRestOnce(!list.isPending);
  const empty = list.data?.length === 0;
  return (
    <main
      className={styles.panes}
      data-show={list.isError ? "detail" : chosen ? pane : "list"}
      data-empty={empty || undefined}
      style={layout.style}
    >
      <section
        className={styles.list}
        aria-label="Accounts"
        data-pane
        tabIndex={-1}
        onFocus={narrow ? undefined : backToList}
      >
        <AccountList
          list={list}
          accounts={ordered}
          catalogue={catalogue}
          chosen={chosen?.name ?? null}
          several={several.map(({ name }) => name)}
          onSeveral={setSeveral}
          order={layout.order}
          onOrder={layout.keepOrder}
        />
      </section>
      <ListEdge width={layout.width} onMove={layout.move} onKeep={layout.keepWidth} />
      <section
        className={styles.detail}
        data-pane
        tabIndex={-1}
        aria-label="Account"
        onFocus={narrow || !chosen || pane === "detail" ? undefined : () => show(chosen.name)}
      >
        {list.isError && <RefusedStage failure={list.error} onRetry={() => list.refetch()} />}
        {empty && <NoAccounts />}
        <Suspense>
          {several.length > 0 && <SeveralAccounts accounts={several} />}
          {chosen && several.length === 0 && (
            <AccountDetail key={chosen.name} account={chosen} catalogue={catalogue} />
          )}
        </Suspense>
      </section>
    </main>
  );
}

/** Fetches the code of everything else as soon as the list is painted. */
function useRestOnce(listed: boolean): void {
  useEffect(() => {
    if (!listed) {
      return;
    }
    // A frame is painted when the next one begins.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(fetchRest);
    });
    return () => cancelAnimationFrame(frame);
  }, [listed]);
}

const AS_IT_COMES: WindowLayout = { list_width: null, order: "need" };

/** How wide the list is and what it is sorted by: as the person left it, or is just making it. */
function useLayout() {
  const kept = useQuery(windowLayout()).data ?? AS_IT_COMES;
  const keep = useKeepWindowLayout();
  const [moving, move] = useState<number | null>(null);
  const width = moving ?? kept.list_width;
  return {
    width,
    style: width === null ? undefined : { "--list": `${width / 16}rem` },
    move,
    keepWidth: (width: number | null) => {
      move(null);
      keep.mutate({ ...kept, list_width: width });
    },
    order: kept.order,
    keepOrder: (order: AccountOrder) => keep.mutate({ ...kept, order }),
  };
}

/** With none left: the same two actions as at the first launch. */
function NoAccounts() {
  const { go } = useNavigation();
  const { start, starting } = useLinking();
  return (
    <Stage title="No accounts" lead="Link one, and Keybelt keeps its token fresh from then on.">
      <Actions>
        <Button look="primary" icon="plus" onPress={() => go({ at: "add" })}>
          Link an account
        </Button>
      </Actions>
      <div className={styles.practice}>
        <PracticeCard isPending={starting} onPress={() => start({ practice: true })} />
      </div>
    </Stage>
  );
}
