import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Failure } from "../bindings/Failure";
import type { Pasted } from "../bindings/Pasted";
import type { ProfileName } from "../bindings/ProfileName";
import { profileOf } from "../words/pasted";
import { call } from "./call";
import { profiles } from "./profiles";

/** What is to be looked at, and how. */
export type Asked = {
  text: string;
  /** `null`: no profile; `undefined`: the one whose server the token names. */
  profile?: ProfileName | null;
  /** The person said that the profile's server may be asked for its keys. */
  fetchKeys?: boolean;
  /** The access token that came with it. */
  accessToken?: string | null;
};

/** What was looked at, and what is to be seen in it. */
export type Seen = { text: string; pasted: Pasted };

/** Looks into a text. Nothing of it is kept here: it lives as long as the screen does. */
export function useInspect() {
  const queryClient = useQueryClient();
  return useMutation<Seen, Failure, Asked>({
    mutationFn: async ({ text, profile, fetchKeys = false, accessToken = null }) => {
      const look = (against: ProfileName | null) =>
        call("inspect_pasted", { text, profile: against, fetchKeys, accessToken });
      const first = await look(profile ?? null);
      if (profile !== undefined || first.kind !== "token") {
        return { text, pasted: first };
      }
      const known = await queryClient.fetchQuery(profiles()).catch(() => []);
      const named = profileOf(first.inspection.claims, known);
      return { text, pasted: named ? await look(named.name) : first };
    },
    gcTime: 0,
  });
}
