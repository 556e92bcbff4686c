import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { Failure } from "../bindings/Failure";
import type { Linking } from "../bindings/Linking";
import type { LinkProgress } from "../bindings/LinkProgress";
import type { LinkRequest } from "../bindings/LinkRequest";
import type { Route } from "../bindings/Route";
import { call } from "./call";

const links = ["links"] as const;

/** How far an authorization is. Events put it here; it is never asked for. */
export const linkProgress = (id: number) =>
  queryOptions<LinkProgress | null>({
    queryKey: [...links, id],
    queryFn: () => null,
    enabled: false,
    initialData: null,
    staleTime: Infinity,
  });

/** Remembers which way an authorization goes; of one that was started elsewhere it is not known. */
function useKeepRoute(): (linking: Linking) => void {
  const queryClient = useQueryClient();
  return ({ id, route }) => queryClient.setQueryData(routeKey(id), route);
}

const routeKey = (id: number) => ["linkRoutes", id] as const;

export function useStartLink() {
  const onSuccess = useKeepRoute();
  return useMutation<Linking, Failure, LinkRequest>({
    mutationFn: (request) => call("start_link", { request }),
    onSuccess,
  });
}

export function useStartPractice() {
  const onSuccess = useKeepRoute();
  return useMutation<Linking, Failure>({ mutationFn: () => call("start_practice"), onSuccess });
}

export function useLinkInBrowser() {
  const onSuccess = useKeepRoute();
  return useMutation<Linking, Failure, number>({
    mutationFn: (id) => call("link_in_browser", { id }),
    onSuccess,
  });
}

/**
 * The authorization whose window is open while this one waits for its turn: there is one window at a time.
 * Where the person signs in by other means, nobody waits for it.
 */
export function useOpenBefore(linking: Linking): LinkProgress | null {
  const queryClient = useQueryClient();
  const read = () =>
    queryClient
      .getQueriesData<LinkProgress | null>({ queryKey: links })
      .map(([, progress]) => progress)
      .find(
        (progress) =>
          progress &&
          progress.id < linking.id &&
          progress.step.step === "waiting" &&
          (queryClient.getQueryData<Route>(routeKey(progress.id)) ?? "webview") === "webview",
      ) ?? null;
  return useSyncExternalStore((changed) => queryClient.getQueryCache().subscribe(changed), read);
}

export function useCancelLink() {
  return useMutation<null, Failure, number>({ mutationFn: (id) => call("cancel_link", { id }) });
}

/** Opens in the person's browser where they have to go: what they were to carry there, or once more. */
export function useOpenLink() {
  return useMutation<null, Failure, number>({ mutationFn: (id) => call("open_link", { id }) });
}

/** Shows the authorization window, wherever it is. */
export function useRaiseLink() {
  return useMutation<null, Failure, number>({ mutationFn: (id) => call("raise_link", { id }) });
}

export function usePasteCallback() {
  return useMutation<null, Failure, { id: number; address: string }>({
    mutationFn: (pasted) => call("paste_callback", pasted),
    gcTime: 0,
  });
}
