import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Failure } from "../bindings/Failure";
import type { VaultStatus } from "../bindings/VaultStatus";
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
