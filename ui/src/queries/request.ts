import { queryOptions, useIsMutating, useMutation, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { Account } from "../bindings/Account";
import type { AccountName } from "../bindings/AccountName";
import type { ApiResponse } from "../bindings/ApiResponse";
import type { Failure } from "../bindings/Failure";
import type { RequestDraft } from "../bindings/RequestDraft";
import type { RequestPlan } from "../bindings/RequestPlan";
import type { SavedResponse } from "../bindings/SavedResponse";
import { isPractice } from "../words/providers";
import { useStaleAccounts } from "./accounts";
import { call, failureOf } from "./call";

/** What kind of body is written; it says the `Content-Type` where no header does. */
export type BodyKind = "form" | "json" | "text";

export type HeaderRow = { id: number; name: string; value: string };

/** One request that was sent, and what came of it. */
export type Sent = { id: number; work: Written; status: number | null };

/** The request as it is being written. */
export type Composed = {
  account: AccountName | null;
  method: string;
  /** As far as it was typed; `null`: nothing was. */
  url: string | null;
  headers: HeaderRow[];
  bodyKind: BodyKind;
  body: string;
};

/** A request with its address. */
type Written = Composed & { url: string };

/** All that the screen holds, in memory only, until the vault is locked. */
export type Work = {
  composed: Composed;
  answer: ApiResponse | null;
  failure: Failure | null;
  /** The newest first. */
  history: Sent[];
  /** Hosts that the person agreed to, each for one account. */
  agreed: string[];
};

const EMPTY: Work = {
  composed: { account: null, method: "GET", url: null, headers: [], bodyKind: "form", body: "" },
  answer: null,
  failure: null,
  history: [],
  agreed: [],
};
const MOST_SENT = 20;

let work = EMPTY;
const listeners = new Set<() => void>();

function put(next: Work): void {
  work = next;
  for (const listener of listeners) {
    listener();
  }
}

function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is being written and what came back; it stays while other places are looked at. */
export function useRequestWork(): Work {
  return useSyncExternalStore(follow, () => work);
}

export function compose(change: Partial<Composed>): void {
  put({ ...work, composed: { ...work.composed, ...change } });
}

/** The address as it stands: what was typed, else where an account's requests begin. */
export function addressOf({ url }: Composed, account: Account): string {
  const hasNotes = account.protocol === "oauth1" || account.scopes.includes("notes");
  return url ?? (isPractice(account.provider) && hasNotes ? "notes" : "");
}

/** Writes a request as this account; what another one was answered is put away. */
export function composeAs(account: AccountName): void {
  if (work.composed.account !== account) {
    put({ ...work, composed: { ...work.composed, account }, answer: null, failure: null });
  }
}

/** Takes a request up again. */
export function recompose(composed: Composed): void {
  put({ ...work, composed, answer: null, failure: null });
}

/** What was answered before does not answer what could not be sent now. */
export function putAnswerAway(): void {
  put({ ...work, answer: null, failure: null });
}

export function agreeTo(account: AccountName, host: string): void {
  put({ ...work, agreed: [...work.agreed, `${account} ${host}`] });
}

export function isAgreed({ agreed }: Work, account: AccountName, host: string): boolean {
  return agreed.includes(`${account} ${host}`);
}

/** The vault is locked: nothing of it stays. */
export function forgetRequestWork(): void {
  put(EMPTY);
}

const KINDS: Record<BodyKind, string> = {
  form: "application/x-www-form-urlencoded",
  json: "application/json",
  text: "text/plain; charset=utf-8",
};

/** The request as Rust takes it. */
export function draftOf(account: Account, composed: Composed): RequestDraft {
  const headers: [string, string][] = composed.headers
    .filter(({ name, value }) => name.trim() !== "" || value.trim() !== "")
    .map(({ name, value }) => [name.trim(), value.trim()]);
  const saysKind = headers.some(([name]) => name.toLowerCase() === "content-type");
  const body = composed.body === "" ? null : composed.body;
  if (body !== null && composed.bodyKind !== "form" && !saysKind) {
    headers.push(["Content-Type", KINDS[composed.bodyKind]]);
  }
  const url = addressOf(composed, account).trim();
  return { account: account.name, method: composed.method, url, headers, body };
}

export const requestPlan = (draft: RequestDraft) =>
  queryOptions({
    queryKey: ["request", "plan", draft],
    queryFn: () => call("plan_request", { draft }),
    gcTime: 0,
  });

/** Asks what a request would do as it stands now, not as it stood when it was last asked. */
export function usePlanNow(): (draft: RequestDraft) => Promise<RequestPlan | null> {
  const queryClient = useQueryClient();
  return async (draft) => {
    try {
      return await queryClient.fetchQuery(requestPlan(draft));
    } catch (cause) {
      put({ ...work, answer: null, failure: failureOf(cause) });
      return null;
    }
  };
}

export type Sending = { draft: RequestDraft; host: string | null; refresh: boolean };

const SEND = ["request", "send"];

/** Sends it. What comes back stands in the work, also where the person looks elsewhere meanwhile. */
export function useSendRequest() {
  const stale = useStaleAccounts();
  return useMutation<ApiResponse, Failure, Sending, Written>({
    mutationKey: SEND,
    mutationFn: (sending) => call("send_request", sending),
    onMutate: ({ draft }) => {
      const sent = work.composed;
      put({ ...work, failure: null });
      return { ...sent, url: sent.url ?? draft.url };
    },
    onSuccess: (answer, _, sent) => {
      if (work.composed.account === sent.account) {
        put({ ...work, answer, failure: null, history: remembered(sent, answer.status) });
      }
    },
    onError: (failure, _, sent) => {
      if (sent && failure.code !== "cancelled" && work.composed.account === sent.account) {
        put({ ...work, answer: null, failure, history: remembered(sent, null) });
      }
    },
    onSettled: stale,
    gcTime: 0,
  });
}

function remembered(sent: Written, status: number | null): Sent[] {
  const id = (work.history[0]?.id ?? 0) + 1;
  return [{ id, work: sent, status }, ...work.history].slice(0, MOST_SENT);
}

export function useIsSending(): boolean {
  return useIsMutating({ mutationKey: SEND }) > 0;
}

export function useCancelRequest() {
  return useMutation<null, Failure>({ mutationFn: () => call("cancel_request") });
}

export function useSaveResponse() {
  return useMutation<SavedResponse, Failure, number>({ mutationFn: (id) => call("save_response", { id }) });
}
