import { queryOptions, useMutation } from "@tanstack/react-query";
import type { Failure } from "../bindings/Failure";
import type { Linking } from "../bindings/Linking";
import type { LinkProgress } from "../bindings/LinkProgress";
import type { LinkRequest } from "../bindings/LinkRequest";
import { call } from "./call";

/** How far an authorization is. Events put it here; it is never asked for. */
export const linkProgress = (id: number) =>
  queryOptions<LinkProgress | null>({
    queryKey: ["links", id],
    queryFn: () => null,
    enabled: false,
    initialData: null,
    staleTime: Infinity,
  });

export function useStartLink() {
  return useMutation<Linking, Failure, LinkRequest>({
    mutationFn: (request) => call("start_link", { request }),
  });
}

export function useStartPractice() {
  return useMutation<Linking, Failure>({ mutationFn: () => call("start_practice") });
}

export function useLinkInBrowser() {
  return useMutation<Linking, Failure, number>({ mutationFn: (id) => call("link_in_browser", { id }) });
}

export function useCancelLink() {
  return useMutation<null, Failure, number>({ mutationFn: (id) => call("cancel_link", { id }) });
}

/** Opens in the person's browser where they have to go: what they were to carry there, or once more. */
export function useOpenLink() {
  return useMutation<null, Failure, number>({ mutationFn: (id) => call("open_link", { id }) });
}

export function usePasteCallback() {
  return useMutation<null, Failure, { id: number; address: string }>({
    mutationFn: (pasted) => call("paste_callback", pasted),
    gcTime: 0,
  });
}
