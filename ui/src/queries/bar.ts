import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Failure } from "../bindings/Failure";
import { call, on } from "./call";

export const barState = () => queryOptions({ queryKey: ["bar"], queryFn: () => call("bar_state") });

/** Follows the page below. Listens first and asks then, or the first change would be missed. */
export function useBarEvents(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const ear = on("bar_changed", (state) => queryClient.setQueryData(barState().queryKey, state));
    ear.ready.then(() => queryClient.invalidateQueries({ queryKey: barState().queryKey }));
    return ear.stop;
  }, [queryClient]);
}

export function useBarCancel() {
  return useMutation<null, Failure>({ mutationFn: () => call("bar_cancel") });
}

export function useBarUseBrowser() {
  return useMutation<null, Failure>({ mutationFn: () => call("bar_use_browser") });
}
