import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Failure } from "../bindings/Failure";
import type { RestoredVault } from "../bindings/RestoredVault";
import type { VaultStatus } from "../bindings/VaultStatus";
import { useStaleAccounts } from "./accounts";
import { call } from "./call";
import { forgetRequestWork } from "./request";

export const vaultStatus = () => queryOptions({ queryKey: ["vault"], queryFn: () => call("vault_status") });

/** What was read while the vault was open is forgotten when it is locked, and read anew when it opens. */
export function useVaultStood(): (status: VaultStatus) => void {
  const queryClient = useQueryClient();
  return (status) => {
    queryClient.setQueryData(vaultStatus().queryKey, status);
    if (status.locked) {
      queryClient.removeQueries({ queryKey: ["accounts"] });
      queryClient.removeQueries({ queryKey: ["profiles"] });
      queryClient.removeQueries({ queryKey: ["request"] });
      forgetRequestWork();
    } else {
      queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "vault" });
    }
  };
}

export function useUnlockVault() {
  const stood = useVaultStood();
  return useMutation<VaultStatus, Failure, string | null>({
    mutationFn: (passphrase) => call("unlock_vault", { passphrase }),
    onSuccess: stood,
    gcTime: 0,
  });
}

export function useCreateVault() {
  const stood = useVaultStood();
  return useMutation<VaultStatus, Failure, string | null>({
    mutationFn: (passphrase) => call("create_vault", { passphrase }),
    onSuccess: stood,
    gcTime: 0,
  });
}

export function useLockVault() {
  const stood = useVaultStood();
  return useMutation<VaultStatus, Failure>({ mutationFn: () => call("lock_vault"), onSuccess: stood });
}

/** Another key for the vault: one in the keyring, or made from a new passphrase. */
export function useRekeyVault() {
  const stood = useVaultStood();
  return useMutation<VaultStatus, Failure, { passphrase: string | null; newPassphrase: string | null }>({
    mutationFn: (asked) => call("rekey_vault", asked),
    onSuccess: stood,
    gcTime: 0,
  });
}

/** Asks the person where, and copies everything there. `null`: they thought better of it. */
export function useBackUpVault() {
  const stale = useStaleAccounts();
  return useMutation<string | null, Failure, { vaultPassphrase: string | null; passphrase: string }>({
    mutationFn: (asked) => call("back_up_vault", asked),
    onSuccess: stale,
    gcTime: 0,
  });
}

/** Asks the person for the backup; its path. `null`: they thought better of it. */
export function useChooseBackup() {
  return useMutation<string | null, Failure>({ mutationFn: () => call("choose_backup") });
}

/** Makes the vault from the backup that was chosen. */
export function useRestoreVault() {
  const stood = useVaultStood();
  return useMutation<RestoredVault, Failure, { passphrase: string; newPassphrase: string | null }>({
    mutationFn: (asked) => call("restore_vault", asked),
    onSuccess: ({ status }) => stood(status),
    gcTime: 0,
  });
}
