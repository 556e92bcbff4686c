import { type KeyboardEvent, type MouseEvent, useDeferredValue, useMemo } from "react";
import {
  GridList,
  GridListHeader,
  GridListItem,
  GridListSection,
  ListLayout,
  type Selection,
  Virtualizer,
} from "react-aria-components";
import type { Account } from "../../bindings/Account";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { useNavigation } from "../../navigation";
import { useNarrow } from "../../parts/useNarrow";
import { providerNames } from "../../words/providers";
import { whoIs } from "../../words/who";
import { AccountRow } from "./AccountRow";
import styles from "./AccountRows.module.css";
import { focusDetail } from "./focusDetail";
import { inGroups } from "./groups";

type AccountRowsProps = {
  accounts: Account[];
  catalogue: ProviderSummary[];
  chosen: string | null;
  /** Where more than one is chosen: all of them. */
  several: string[];
  onSeveral: (names: string[]) => void;
  grouped: boolean;
  /** What is searched for. */
  query: string;
};

/** So many are drawn at first: more than the tallest window shows. */
const FIRST = 100;

const layout = { estimatedRowSize: 53, estimatedHeadingSize: 30, padding: 0 };

/** The rows, in their groups; only those in sight are drawn. */
export function AccountRows(props: AccountRowsProps) {
  const { accounts, catalogue, chosen, several, onSeveral, grouped, query } = props;
  const { choose, show } = useNavigation();
  const narrow = useNarrow();
  const name = useMemo(() => providerNames(catalogue), [catalogue]);
  // Of thousands the first are painted before the others are even counted into the list.
  const at = useDeferredValue(accounts, accounts.length > FIRST ? accounts.slice(0, FIRST) : accounts);
  const groups = useMemo(() => inGroups(accounts, at, grouped), [accounts, at, grouped]);
  const open = (name: string) => {
    show(name);
    focusDetail();
  };
  const select = (selection: Selection) => {
    const names = selection === "all" ? accounts.map(({ name }) => name) : [...selection].map(String);
    onSeveral(names.length > 1 ? names : []);
    if (names.length === 1 && names[0] !== undefined) {
      choose(names[0]);
    }
  };
  // → goes to the detail, as Enter does; in a narrow window it takes the list's place.
  const enter = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight" && chosen && isRow(event.target)) {
      event.preventDefault();
      event.stopPropagation();
      open(chosen);
    }
  };
  // A press shows the account at once. In a narrow window the list goes, and the focus with what comes.
  const press = (event: MouseEvent) => {
    const name = pressed(event.target);
    const adds = event.shiftKey || event.ctrlKey || event.metaKey;
    if (name && !adds) {
      (narrow ? open : show)(name);
    }
  };
  return (
    // Heard on the way down: the grid lets no click of a row's come up again.
    <div className={styles.scroll} onKeyDownCapture={enter} onClickCapture={press}>
      <Virtualizer layout={ListLayout} layoutOptions={layout}>
        <GridList
          className={styles.rows ?? ""}
          aria-label="Accounts"
          selectionMode="multiple"
          selectionBehavior="replace"
          disallowEmptySelection
          keyboardNavigationBehavior="tab"
          selectedKeys={several.length > 0 ? several : chosen ? [chosen] : []}
          onSelectionChange={select}
          onAction={(key) => open(String(key))}
        >
          {groups.map(({ group, title, count, rows }) => (
            <GridListSection key={group} id={`group ${group}`} aria-label={title}>
              {grouped && (
                <GridListHeader className={styles.heading ?? ""} data-group={group}>
                  {title} <span className={styles.count}>{count}</span>
                </GridListHeader>
              )}
              {rows.map((account) => (
                <GridListItem
                  key={account.name}
                  id={account.name}
                  textValue={`${name(account)}, ${whoIs(account)}`}
                  className={styles.row ?? ""}
                  data-account={account.name}
                >
                  <AccountRow account={account} provider={name(account)} query={query} />
                </GridListItem>
              ))}
            </GridListSection>
          ))}
        </GridList>
      </Virtualizer>
    </div>
  );
}

function isRow(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.getAttribute("role") === "row";
}

/** The account whose row is pressed, if it is not a button in it. */
function pressed(target: EventTarget): string | undefined {
  return target instanceof Element && !target.closest("button")
    ? target.closest<HTMLElement>("[data-account]")?.dataset.account
    : undefined;
}
