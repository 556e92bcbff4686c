import {
  type MutationState,
  queryOptions,
  useMutation,
  useMutationState,
  useQueryClient,
} from "@tanstack/react-query";
import { useState } from "react";
import type { Account } from "../bindings/Account";
import type { AccountName } from "../bindings/AccountName";
import type { Copied } from "../bindings/Copied";
import type { Failure } from "../bindings/Failure";
import type { Unlinked } from "../bindings/Unlinked";
import { call } from "./call";

/** What every query about accounts begins with. */
export const all = ["accounts"] as const;

export const accounts = () =>
  queryOptions({ queryKey: [...all, "list"], queryFn: () => call("list_accounts") });

export const account = (name: AccountName) =>
  queryOptions({ queryKey: [...all, "one", name], queryFn: () => call("show_account", { account: name }) });

export const recipes = (name: AccountName) =>
  queryOptions({
    queryKey: [...all, "recipes", name],
    queryFn: () => call("hand_over_recipes", { account: name }),
  });

/** Makes everything about accounts be read again. */
export function useStaleAccounts(): () => Promise<void> {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: all });
}

const refreshing = ["refresh"] as const;

export function useRefreshAccount() {
  const stale = useStaleAccounts();
  return useMutation<Account, Failure, AccountName>({
    mutationKey: refreshing,
    mutationFn: (name) => call("refresh_account", { account: name }),
    onSettled: stale,
  });
}

/** The last refresh of an account that the person asked for since this was first shown, by whatever key or button. */
export function useAskedRefresh(name: AccountName): MutationState<Account, Failure, AccountName> | undefined {
  const [since] = useState(Date.now);
  const asked = useMutationState<MutationState<Account, Failure, AccountName>>({
    filters: {
      mutationKey: refreshing,
      predicate: ({ state }) => state.variables === name && state.submittedAt >= since,
    },
  });
  return asked.at(-1);
}

export function useRenameAccount() {
  const stale = useStaleAccounts();
  return useMutation<Account, Failure, { account: AccountName; newName: AccountName }>({
    mutationFn: (names) => call("rename_account", names),
    onSuccess: stale,
  });
}

export function useUnlinkAccount() {
  const stale = useStaleAccounts();
  return useMutation<Unlinked, Failure, { account: AccountName; revoke: boolean }>({
    mutationFn: (asked) => call("unlink_account", asked),
    onSettled: stale,
  });
}

export function useCopyAccessToken() {
  const stale = useStaleAccounts();
  return useMutation<Copied, Failure, AccountName>({
    mutationFn: (name) => call("copy_access_token", { account: name }),
    onSettled: stale,
  });
}

export function useClearClipboard() {
  return useMutation<null, Failure>({ mutationFn: () => call("clear_clipboard") });
}
