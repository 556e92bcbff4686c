import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { showTextSize, showTheme } from "../appearance";
import type { Failure } from "../bindings/Failure";
import type { Preferences } from "../bindings/Preferences";
import type { Route } from "../bindings/Route";
import { call } from "./call";

/** How the person likes the window. */
export const preferences = () =>
  queryOptions({ queryKey: ["preferences"], queryFn: () => call("preferences"), staleTime: Infinity });

/** Where the person likes to sign in. */
export function useSignIn(): Route {
  return useQuery(preferences()).data?.sign_in ?? "webview";
}

/** Takes effect at once, and is kept. */
export function useKeepPreferences() {
  const queryClient = useQueryClient();
  return useMutation<null, Failure, Preferences>({
    mutationFn: (chosen) => call("keep_preferences", { preferences: chosen }),
    onMutate: (chosen) => {
      queryClient.setQueryData(preferences().queryKey, chosen);
      showTheme(chosen.theme);
      showTextSize(chosen.text_size);
    },
  });
}
