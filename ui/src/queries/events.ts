import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import type { LinkProgress } from "../bindings/LinkProgress";
import { useStaleAccounts } from "./accounts";
import { on } from "./call";
import { linkProgress } from "./links";
import { useStaleProfiles } from "./profiles";
import { useVaultStood } from "./vault";

/** Keeps what is shown true to what happens: the main window's one ear. */
export function useEvents(linkMoved: (progress: LinkProgress) => void): void {
  const queryClient = useQueryClient();
  const staleAccounts = useStaleAccounts();
  const staleProfiles = useStaleProfiles();
  const accountsChanged = useEffectEvent(() => {
    void staleAccounts();
    void staleProfiles();
  });
  const vaultChanged = useEffectEvent(useVaultStood());
  const moved = useEffectEvent((progress: LinkProgress) => {
    queryClient.setQueryData(linkProgress(progress.id).queryKey, progress);
    linkMoved(progress);
  });
  useEffect(() => {
    const ears = [
      on("accounts_changed", () => accountsChanged()),
      on("vault_changed", (status) => vaultChanged(status)),
      on("link_progress", (progress) => moved(progress)),
    ];
    // What happened before the first of them could hear is in what is read now.
    let gone = false;
    Promise.all(ears.map((ear) => ear.ready)).then(async () => {
      // An answer that is on its way is shown first: to ask again would throw it away.
      const underWay = queryClient.getQueryCache().findAll({ fetchStatus: "fetching" });
      await Promise.allSettled(underWay.map(({ promise }) => promise));
      if (!gone) {
        void queryClient.invalidateQueries();
      }
    });
    return () => {
      gone = true;
      for (const ear of ears) {
        ear.stop();
      }
    };
  }, [queryClient]);
}
