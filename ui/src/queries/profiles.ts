import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Account } from "../bindings/Account";
import type { AccountName } from "../bindings/AccountName";
import type { Discovered } from "../bindings/Discovered";
import type { Failure } from "../bindings/Failure";
import type { Profile } from "../bindings/Profile";
import type { ProfileChange } from "../bindings/ProfileChange";
import type { ProfileDraft } from "../bindings/ProfileDraft";
import type { ProfileFormat } from "../bindings/ProfileFormat";
import type { ProfileName } from "../bindings/ProfileName";
import type { Provider } from "../bindings/Provider";
import type { PublicKey } from "../bindings/PublicKey";
import { saidName } from "../words/providers";
import { serverAddress } from "../words/settings";
import { useStaleAccounts } from "./accounts";
import { call } from "./call";

const all = ["profiles"] as const;

export const profiles = () =>
  queryOptions({ queryKey: [...all, "list"], queryFn: () => call("list_profiles") });

export const profile = (name: ProfileName) =>
  queryOptions({ queryKey: [...all, "one", name], queryFn: () => call("show_profile", { profile: name }) });

export const providers = () =>
  queryOptions({ queryKey: ["providers"], queryFn: () => call("list_providers"), staleTime: Infinity });

/** What an account's provider is called in a sentence; an issuer is not known of all that nobody catalogued. */
export function useSaidName({ provider, issuer, profile: name }: Account, label: string): string {
  const needed = provider === null && issuer === null;
  const registration = useQuery({ ...profiles(), enabled: needed }).data?.find((one) => one.name === name);
  return saidName(
    { provider, address: issuer ?? (registration ? serverAddress(registration) : null) },
    label,
  );
}

/** Makes everything about profiles be read again. */
export function useStaleProfiles(): () => Promise<void> {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: all });
}

export function useDiscover() {
  return useMutation<Discovered, Failure, string>({ mutationFn: (address) => call("discover", { address }) });
}

/** A provider of the catalogue, whole. */
export function useShowProvider() {
  return useMutation<Provider, Failure, string>({
    mutationFn: (provider) => call("show_provider", { provider }),
  });
}

export function useAddProfile() {
  const stale = useStaleProfiles();
  return useMutation<Profile, Failure, ProfileDraft>({
    mutationFn: (draft) => call("add_profile", { draft }),
    onSuccess: stale,
    // The draft may hold the client secret: it is not kept once it went down.
    gcTime: 0,
  });
}

/** The settings that there are, and how each is typed. */
export const knownSettings = () =>
  queryOptions({ queryKey: ["settings"], queryFn: () => call("list_settings"), staleTime: Infinity });

export function useSetProfile() {
  const stale = useStaleProfiles();
  return useMutation<Profile, Failure, { profile: ProfileName; change: Partial<ProfileChange> }>({
    mutationFn: ({ profile, change }) =>
      call("set_profile", {
        profile,
        change: { settings: {}, typed: {}, client_secret: null, rsa_key: null, ...change },
      }),
    onSuccess: stale,
    // The change may hold a secret: it is not kept once it went down.
    gcTime: 0,
  });
}

/** Opens the page where a client is registered; Rust has its address from the catalogue. */
export function useOpenConsole() {
  return useMutation<null, Failure, string>({ mutationFn: (provider) => call("open_console", { provider }) });
}

/** The public half of the key that a profile signs with. */
export const publicKey = (name: ProfileName) =>
  queryOptions({
    queryKey: [...all, "publicKey", name],
    queryFn: () => call("show_public_key", { profile: name }),
  });

/** Makes a private key and keeps it in the vault; only its public half comes up. */
export function useMakeRsaKey() {
  const stale = useStaleProfiles();
  return useMutation<PublicKey, Failure, ProfileName>({
    mutationFn: (profile) => call("make_rsa_key", { profile }),
    onSuccess: stale,
  });
}

export function useRenameProfile() {
  const stale = useStaleProfiles();
  const staleAccounts = useStaleAccounts();
  return useMutation<Profile, Failure, { profile: ProfileName; newName: ProfileName }>({
    mutationFn: (names) => call("rename_profile", names),
    onSuccess: () => Promise.all([stale(), staleAccounts()]),
  });
}

export const exportedProfiles = (names: ProfileName[], format: ProfileFormat) =>
  queryOptions({
    queryKey: [...all, "exported", format, ...names],
    queryFn: () => call("export_profiles", { profiles: names, format }),
  });

/** Asks the person where, and writes them there. `null`: they thought better of it. */
export function useSaveProfiles() {
  return useMutation<string | null, Failure, { profiles: ProfileName[]; format: ProfileFormat }>({
    mutationFn: (asked) => call("save_profiles", asked),
  });
}

export function useRemoveProfile() {
  const queryClient = useQueryClient();
  const staleAccounts = useStaleAccounts();
  return useMutation<null, Failure, { profile: ProfileName; unlink: AccountName[] }>({
    mutationFn: (asked) => call("remove_profile", asked),
    // Others may have been linked since: the person is shown them.
    onError: staleAccounts,
    onSuccess: (_, { profile: name }) => {
      queryClient.removeQueries({ queryKey: profile(name).queryKey });
      queryClient.invalidateQueries({ queryKey: all });
      return staleAccounts();
    },
  });
}
