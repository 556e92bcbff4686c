import type { Account } from "../../bindings/Account";
import type { AccountOrder } from "../../bindings/AccountOrder";
import { GROUPS, type Group, groupOf } from "../../words/standing";

/** Rows that stand under one heading. */
export type RowGroup = { group: Group | "all"; title: string; count: number; rows: Account[] };

/** Whether the list has headings: by need, where there is more than one account. */
export function isGrouped(accounts: Account[], order: AccountOrder): boolean {
  return accounts.length > 1 && order === "need";
}

/** Accounts under their headings; `drawn` are those of them that get a row. */
export function inGroups(accounts: Account[], drawn: Account[], grouped: boolean): RowGroup[] {
  if (!grouped) {
    return [{ group: "all", title: "All", count: accounts.length, rows: drawn }];
  }
  return GROUPS.map(([group, title]) => ({
    group,
    title,
    count: accounts.filter((account) => groupOf(account) === group).length,
    rows: drawn.filter((account) => groupOf(account) === group),
  })).filter(({ rows }) => rows.length > 0);
}
