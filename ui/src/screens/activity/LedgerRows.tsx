import {
  GridList,
  GridListHeader,
  GridListItem,
  GridListSection,
  type Key,
  ListLayout,
  Virtualizer,
} from "react-aria-components";
import { useNavigation } from "../../navigation";
import { LedgerLine } from "../../parts/LedgerLine";
import type { Folded } from "../../words/activity";
import styles from "./LedgerRows.module.css";

type LedgerRowsProps = {
  groups: { day: string; lines: Folded[] }[];
  whose: (account: string) => string;
};

const layout = { estimatedRowSize: 39, estimatedHeadingSize: 42, padding: 0 };

/** Only the lines in sight are drawn. Enter leads to the account, where it is still there. */
export function LedgerRows({ groups, whose }: LedgerRowsProps) {
  const { show } = useNavigation();
  const lines = new Map(
    groups.flatMap(({ lines }) => lines.map((folded) => [folded.number, folded] as const)),
  );
  const open = (number: Key) => {
    const account = lines.get(Number(number))?.account;
    if (account && whose(account) !== account) {
      show(account);
    }
  };
  return (
    <div className={styles.scroll}>
      <Virtualizer layout={ListLayout} layoutOptions={layout}>
        <GridList className={styles.rows ?? ""} aria-label="What happened" onAction={open}>
          {groups.map(({ day, lines: ofDay }) => (
            <GridListSection key={day} id={day} aria-label={day}>
              <GridListHeader className={styles.day ?? ""}>{day}</GridListHeader>
              {ofDay.map((folded) => (
                <GridListItem
                  key={folded.number}
                  id={folded.number}
                  textValue={folded.line.text}
                  className={styles.row ?? ""}
                >
                  <LedgerLine folded={folded} whose={folded.account ? whose(folded.account) : undefined} />
                </GridListItem>
              ))}
            </GridListSection>
          ))}
        </GridList>
      </Virtualizer>
    </div>
  );
}
