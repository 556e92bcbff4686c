import { queryOptions, useMutation } from "@tanstack/react-query";
import type { AccountName } from "../bindings/AccountName";
import type { Failure } from "../bindings/Failure";
import { all } from "./accounts";
import { call } from "./call";

export const accountLog = (name: AccountName) =>
  queryOptions({ queryKey: [...all, "log", name], queryFn: () => call("account_log", { account: name }) });

/** Everything that happened, oldest first. */
export const wholeLog = () =>
  queryOptions({ queryKey: [...all, "wholeLog"], queryFn: () => call("whole_log") });

/** Asks the person where, and writes it there. `null`: they thought better of it. */
export function useSaveLog() {
  return useMutation<string | null, Failure>({ mutationFn: () => call("save_log") });
}
