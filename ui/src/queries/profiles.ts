import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Discovered } from "../bindings/Discovered";
import type { Failure } from "../bindings/Failure";
import type { Profile } from "../bindings/Profile";
import type { ProfileDraft } from "../bindings/ProfileDraft";
import type { ProfileName } from "../bindings/ProfileName";
import { call } from "./call";

const all = ["profiles"] as const;

export const profiles = () =>
  queryOptions({ queryKey: [...all, "list"], queryFn: () => call("list_profiles") });

export const profile = (name: ProfileName) =>
  queryOptions({ queryKey: [...all, "one", name], queryFn: () => call("show_profile", { profile: name }) });

export const providers = () =>
  queryOptions({ queryKey: ["providers"], queryFn: () => call("list_providers"), staleTime: Infinity });

export function useDiscover() {
  return useMutation<Discovered, Failure, string>({ mutationFn: (address) => call("discover", { address }) });
}

export function useAddProfile() {
  const queryClient = useQueryClient();
  return useMutation<Profile, Failure, ProfileDraft>({
    mutationFn: (draft) => call("add_profile", { draft }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: all }),
    // The draft may hold the client secret: it is not kept once it went down.
    gcTime: 0,
  });
}

export function useRemoveProfile() {
  const queryClient = useQueryClient();
  return useMutation<null, Failure, ProfileName>({
    mutationFn: (name) => call("remove_profile", { profile: name }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: all }),
  });
}
