import { useMutation } from "@tanstack/react-query";
import type { Failure } from "../bindings/Failure";
import type { ImportChoice } from "../bindings/ImportChoice";
import type { ImportMend } from "../bindings/ImportMend";
import type { ImportPreview } from "../bindings/ImportPreview";
import type { Profile } from "../bindings/Profile";
import { call } from "./call";
import { useStaleProfiles } from "./profiles";

/** A document goes down once, and stays there until it is imported or forgotten. */
export function usePreviewImport() {
  return useMutation<ImportPreview, Failure, string>({
    mutationFn: (text) => call("preview_import", { text }),
    gcTime: 0,
  });
}

export function useMendImport() {
  return useMutation<ImportPreview, Failure, ImportMend[]>({
    mutationFn: (mends) => call("mend_import", { mends }),
  });
}

export function useImportProfiles() {
  const stale = useStaleProfiles();
  return useMutation<Profile[], Failure, ImportChoice[]>({
    mutationFn: (chosen) => call("import_profiles", { chosen }),
    onSuccess: stale,
  });
}

export function useForgetImport() {
  return useMutation<null, Failure>({ mutationFn: () => call("forget_import") });
}
