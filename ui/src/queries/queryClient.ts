import { QueryClient } from "@tanstack/react-query";
import type { Failure } from "../bindings/Failure";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: Failure;
  }
}

/** The other side is this machine: no network to wait for, and a refusal is not asked again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { networkMode: "always", retry: false, refetchOnWindowFocus: false, staleTime: 30_000 },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
