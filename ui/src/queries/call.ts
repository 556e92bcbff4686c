import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { BarState } from "../bindings/BarState";
import type { Commands } from "../bindings/Commands";
import type { Failure } from "../bindings/Failure";
import type { LinkProgress } from "../bindings/LinkProgress";
import type { VaultStatus } from "../bindings/VaultStatus";

type Arguments<Name extends keyof Commands> =
  Commands[Name]["arguments"] extends Record<string, never> ? [] : [Commands[Name]["arguments"]];

type Events = {
  accounts_changed: null;
  link_progress: LinkProgress;
  vault_changed: VaultStatus;
  bar_changed: BarState;
};

/** Calls a command of the contract. Rejects with a `Failure` and nothing else. */
export async function call<Name extends keyof Commands>(
  name: Name,
  ...[payload]: Arguments<Name>
): Promise<Commands[Name]["result"]> {
  try {
    return await invoke<Commands[Name]["result"]>(name, payload);
  } catch (cause) {
    throw failureOf(cause);
  }
}

/** Hears an event of the contract. `ready` is when nothing is missed any more. */
export function on<Name extends keyof Events>(
  name: Name,
  heard: (payload: Events[Name]) => void,
): { ready: Promise<void>; stop: () => void } {
  let stopped = false;
  const listening = listen<Events[Name]>(name, (event) => {
    if (!stopped) {
      heard(event.payload);
    }
  });
  return {
    ready: listening.then(
      () => undefined,
      () => undefined,
    ),
    stop: () => {
      stopped = true;
      listening.then(
        (unlisten) => unlisten(),
        () => undefined,
      );
    },
  };
}

/** What a command rejected with, as the failure that it is; anything else is a defect of ours. */
export function failureOf(cause: unknown): Failure {
  return isFailure(cause)
    ? cause
    : {
        code: "internal",
        message: "Something went wrong inside Keybelt.",
        hint: "Try again. If it happens once more, report it with what you did.",
      };
}

function isFailure(cause: unknown): cause is Failure {
  return (
    typeof cause === "object" &&
    cause !== null &&
    "code" in cause &&
    "message" in cause &&
    "hint" in cause &&
    typeof cause.code === "string" &&
    typeof cause.message === "string" &&
    typeof cause.hint === "string"
  );
}
