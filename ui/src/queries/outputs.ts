import { queryOptions, useMutation } from "@tanstack/react-query";
import type { AccountName } from "../bindings/AccountName";
import type { Failure } from "../bindings/Failure";
import type { Output } from "../bindings/Output";
import { all, useStaleAccounts } from "./accounts";
import { call } from "./call";

/** Where an account's tokens go by themselves. */
export const outputs = (account: AccountName) =>
  queryOptions({
    queryKey: [...all, "outputs", account],
    queryFn: () => call("list_outputs", { account }),
  });

/** Asks the person for a file, and keeps it fresh. `null`: they thought better of it. */
export function useKeepFile() {
  const stale = useStaleAccounts();
  return useMutation<Output | null, Failure, { account: AccountName; format: string }>({
    mutationFn: (asked) => call("keep_file", asked),
    onSuccess: stale,
  });
}

/** Ends an output, and removes the file that it kept. */
export function useRemoveOutput() {
  const stale = useStaleAccounts();
  return useMutation<null, Failure, number>({
    mutationFn: (id) => call("remove_output", { id }),
    onSuccess: stale,
  });
}
