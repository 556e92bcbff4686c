import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  Cell,
  Column,
  type ColumnProps,
  Row,
  type SortDescriptor,
  Table,
  TableBody,
  TableHeader,
} from "react-aria-components";
import type { Profile } from "../../bindings/Profile";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { useNavigation } from "../../navigation";
import { Icon } from "../../parts/Icon";
import { Tile } from "../../parts/Tile";
import { accounts } from "../../queries/accounts";
import { once } from "../../words/once";
import { PROTOCOLS } from "../../words/protocols";
import { providerName } from "../../words/providers";
import { visible } from "../../words/providerText";
import { isSet, settingText } from "../../words/settings";
import styles from "./ProfileTable.module.css";

type ProfileTableProps = { profiles: Profile[]; catalogue: ProviderSummary[] };

type Line = { profile: Profile; provider: string; linked: number };

const alphabet = once(() => new Intl.Collator("en", { sensitivity: "base", numeric: true }));

const ORDERS: Record<string, (a: Line, b: Line) => number> = {
  name: (a, b) => alphabet().compare(a.profile.name, b.profile.name),
  protocol: (a, b) => alphabet().compare(PROTOCOLS[a.profile.protocol], PROTOCOLS[b.profile.protocol]),
  accounts: (a, b) => a.linked - b.linked,
};

/** A row a client registration; a press opens it. */
export function ProfileTable({ profiles, catalogue }: ProfileTableProps) {
  const { open } = useNavigation();
  const list = useQuery(accounts()).data ?? [];
  const [sort, setSort] = useState<SortDescriptor>({ column: "name", direction: "ascending" });
  const lines = profiles.map((profile) => ({
    profile,
    provider: providerName({ provider: profile.provider, profile: profile.name }, catalogue),
    linked: list.filter((account) => account.profile === profile.name).length,
  }));
  const order = ORDERS[String(sort.column)] ?? ORDERS.name;
  const sign = sort.direction === "descending" ? -1 : 1;
  const sorted = order ? lines.sort((a, b) => sign * order(a, b) || (ORDERS.name?.(a, b) ?? 0)) : lines;
  return (
    <Table
      className={styles.table ?? ""}
      aria-label="Profiles"
      sortDescriptor={sort}
      onSortChange={setSort}
      onRowAction={(key) => open({ kind: "profile", profile: String(key) })}
    >
      <TableHeader>
        <Head id="name" isRowHeader allowsSorting>
          Profile
        </Head>
        <Head id="protocol" allowsSorting>
          Protocol
        </Head>
        <Head id="client">Client ID</Head>
        <Head id="secret">Secret</Head>
        <Head id="accounts" allowsSorting>
          Accounts
        </Head>
      </TableHeader>
      <TableBody items={sorted.map((line) => ({ ...line, id: line.profile.name }))}>
        {(line) => <ProfileRow line={line} />}
      </TableBody>
    </Table>
  );
}

function Head({ children, ...rest }: Omit<ColumnProps, "children" | "className"> & { children: string }) {
  return (
    <Column {...rest} className={styles.head ?? ""} data-column={rest.id}>
      {({ allowsSorting, sortDirection }) => (
        <span className={styles.title}>
          {children}
          {allowsSorting && sortDirection && (
            <span className={styles.sorted} data-direction={sortDirection}>
              <Icon name="right" size={14} />
            </span>
          )}
        </span>
      )}
    </Column>
  );
}

function ProfileRow({ line: { profile, provider, linked } }: { line: Line }) {
  const client = settingText(profile, "client_id");
  return (
    <Row id={profile.name} className={styles.row ?? ""} textValue={profile.name}>
      <Cell className={styles.cell ?? ""} data-column="name">
        <div className={styles.names}>
          <Tile id={profile.provider ?? profile.name} name={provider} size={28} />
          <div className={styles.words}>
            <div className={styles.name} title={profile.name}>
              {profile.name}
            </div>
            {provider !== profile.name && <div className={styles.provider}>{provider}</div>}
          </div>
        </div>
      </Cell>
      <Cell className={styles.cell ?? ""} data-column="protocol">
        {PROTOCOLS[profile.protocol]}
      </Cell>
      <Cell className={styles.cell ?? ""} data-column="client">
        {client === null ? (
          <span className={styles.unset}>not set</span>
        ) : (
          <code className={styles.clip} title={visible(client)}>
            {visible(client)}
          </code>
        )}
      </Cell>
      <Cell className={styles.cell ?? ""} data-column="secret">
        {isSet(profile, "client_secret") ? "set" : "not set"}
      </Cell>
      <Cell className={styles.cell ?? ""} data-column="accounts">
        <span className={styles.count}>
          {linked}
          <Icon name="right" />
        </span>
      </Cell>
    </Row>
  );
}
