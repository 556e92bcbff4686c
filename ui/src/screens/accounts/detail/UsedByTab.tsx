import type { AccountDetail } from "../../../bindings/AccountDetail";
import { useNavigation } from "../../../navigation";
import { Button } from "../../../parts/Button";
import { Chip } from "../../../parts/Chip";
import { Hidden } from "../../../parts/Hidden";
import { Icon } from "../../../parts/Icon";
import { IconButton } from "../../../parts/IconButton";
import { iconOfUse } from "../../../parts/iconOfUse";
import { ToolSign } from "../../../parts/ToolSign";
import { useNow } from "../../../parts/useNow";
import { visible } from "../../../words/providerText";
import { moment } from "../../../words/time";
import { toolsAmong, toolsWhich, type Use, usesOf } from "../../../words/usedBy";
import styles from "./UsedByTab.module.css";

/** Who was handed this account's token, how, when last, and how often. */
export function UsedByTab({ detail }: { detail: AccountDetail }) {
  const uses = usesOf(detail.used_by, detail.obtained_at);
  return uses.length === 0 ? <Nobody /> : <Uses uses={uses} tools={toolsAmong(uses).length} />;
}

function Nobody() {
  const { setTab } = useNavigation();
  return (
    <div className={styles.nobody}>
      <Icon name="hand" size={32} />
      <h2>No tool uses this account yet</h2>
      <p>Hand its token to git, a mail client, a script; each one then shows up here.</p>
      <Button icon="hand" onPress={() => setTab("handOver")}>
        Hand over
      </Button>
    </div>
  );
}

function Uses({ uses, tools }: { uses: Use[]; tools: number }) {
  const stale = uses.filter((use) => use.stale).length;
  return (
    <>
      <p className={styles.lead}>
        <strong>{toolsWhich(tools, "lives", "live")} on this account.</strong>
        {stale > 0 && (stale === 1 ? " One holds" : ` ${stale} hold`)}
        {stale > 0 && " a token that has gone stale."}
      </p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>Tool</th>
            <th data-column="how">How</th>
            <th data-column="last">Last handed over</th>
            <th data-column="times">Times</th>
            <th data-column="each">
              <Hidden>Each time</Hidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {uses.map((use) => (
            <Row key={`${use.receiver.via} ${use.receiver.receiver}`} use={use} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Row({ use: { receiver, name, how, kind, stale } }: { use: Use }) {
  const { setTab } = useNavigation();
  const now = useNow();
  return (
    <tr>
      <th scope="row">
        <span className={styles.tool}>
          <ToolSign icon={iconOfUse(kind)} />
          <bdi className={styles.name} data-path={kind === "file" || undefined}>
            {visible(name)}
          </bdi>
        </span>
      </th>
      <td>
        <Chip tone={stale ? "warn" : "neutral"}>{how}</Chip>
      </td>
      <td>{moment(receiver.last, now)}</td>
      <td data-column="times">{new Intl.NumberFormat("en").format(receiver.times)}</td>
      <td data-column="each">
        <IconButton
          icon="right"
          label={`See each time: ${visible(name)}`}
          onPress={() => setTab("activity")}
        />
      </td>
    </tr>
  );
}
