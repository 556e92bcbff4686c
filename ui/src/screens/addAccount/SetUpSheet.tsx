import { type FormEvent, useId, useState } from "react";
import type { Profile } from "../../bindings/Profile";
import { askFor, useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { RedirectUriList } from "../../parts/RedirectUriList";
import { Sheet } from "../../parts/Sheet";
import { Tile } from "../../parts/Tile";
import { useSignIn } from "../../queries/preferences";
import { useAddProfile } from "../../queries/profiles";
import { described, type RedirectUri } from "../../words/redirectUris";
import type { Basis } from "./basis";
import {
  draftOf,
  emptyTyping,
  faultsOf,
  makesKey,
  refusesEmbedded,
  routeOf,
  type Secrets,
  saidRedirectUri,
  type Typing,
} from "./draft";
import { hostOf } from "./offers";
import { expectedRedirectUris } from "./redirectUris";
import { SetUpForm } from "./SetUpForm";
import styles from "./SetUpSheet.module.css";

type SetUpSheetProps = { basis: Basis; taken: Profile[]; onClose: () => void };

const NO_SECRETS: Secrets = { clientSecret: "", rsaKey: "" };

/** A new client registration: what to register there, what to bring back, what to ask for. */
export function SetUpSheet({ basis, taken, onClose }: SetUpSheetProps) {
  const { go, open, say } = useNavigation();
  const signIn = useSignIn();
  const [typing, setTyping] = useState(() =>
    emptyTyping(
      basis,
      taken.map(({ name }) => name),
      signIn,
    ),
  );
  const [secrets, setSecrets] = useState(NO_SECRETS);
  const [checked, setChecked] = useState(false);
  const [added, setAdded] = useState<Profile | null>(null);
  const [forgotten, setForgotten] = useState(false);
  const add = useAddProfile();
  const { start, starting } = useLinking();
  const form = useId();
  const uris = urisOf(basis, typing);
  const name = nameOf(basis);

  const save = async (): Promise<Profile | null> => {
    setChecked(true);
    if (faultsOf(basis, typing, secrets).length > 0) {
      toFirstFault(form);
      return null;
    }
    const sent = secrets;
    setSecrets(NO_SECRETS);
    setForgotten(sent.clientSecret !== "" || sent.rsaKey !== "");
    return add.mutateAsync(draftOf(basis, typing, sent)).catch(() => null);
  };
  const toProfile = (profile: Profile, next?: string) => {
    onClose();
    go({ at: "profiles" });
    open({ kind: "profile", profile: profile.name });
    say({ text: `${profile.name} is saved.`, aside: next, tone: "ok" });
  };
  const saveAndLink = async (event: FormEvent) => {
    event.preventDefault();
    const profile = await save();
    if (!profile) {
      return;
    }
    if (makesKey(basis, typing)) {
      toProfile(profile, "Register its public key there, then link.");
    } else if (profile.redirect_uris.every((uri) => uris.some((shown) => shown.uri === uri))) {
      await start(askFor(profile.name, routeOf(typing.way)));
    } else {
      setAdded(profile);
    }
  };
  const saveOnly = async () => {
    const profile = await save();
    if (profile) {
      toProfile(profile);
    }
  };

  return (
    <Sheet
      title={name ? `Set up ${name}` : "Set up another server"}
      tile={<Tile id={tileOf(basis, typing)} name={name ?? (typing.name || "?")} size={34} />}
      subtitle="Once, about two minutes"
      onClose={onClose}
      foot={
        <>
          <span className={styles.saved}>
            {typing.name.trim() && (
              <>
                {added ? "Saved" : "Will be saved"} as profile <code>{typing.name.trim()}</code>
              </>
            )}
          </span>
          {added ? (
            <Button
              look="primary"
              icon="arrow"
              isPending={starting}
              onPress={() => start(askFor(added.name, routeOf(typing.way)))}
            >
              Link account
            </Button>
          ) : (
            <>
              <Button look="quiet" isDisabled={add.isPending || starting} onPress={saveOnly}>
                Save for later
              </Button>
              <Button
                look="primary"
                icon="arrow"
                type="submit"
                form={form}
                isPending={add.isPending || starting}
              >
                Link account
              </Button>
            </>
          )}
        </>
      }
    >
      {added ? (
        <Differs profile={added} />
      ) : (
        <form id={form} onSubmit={saveAndLink}>
          <SetUpForm
            basis={basis}
            name={name ?? "the server"}
            uris={uris}
            typing={typing}
            onChange={(part) => setTyping({ ...typing, ...part })}
            secrets={secrets}
            onSecrets={setSecrets}
            checked={checked}
          />
          {add.error && (
            <div className={styles.refused}>
              <FailureNote failure={add.error} />
              {forgotten && <p className={styles.again}>A secret has to be pasted once more.</p>}
            </div>
          )}
        </form>
      )}
    </Sheet>
  );
}

/** Rust gave the profile other redirect URIs than were shown: what was registered has to follow. */
function Differs({ profile }: { profile: Profile }) {
  return (
    <>
      <p className={styles.note}>
        The profile <code>{profile.name}</code> is saved, but its redirect URIs are others than those shown
        before. Register these instead, then link.
      </p>
      <RedirectUriList uris={described(profile.redirect_uris)} />
    </>
  );
}

/** What people call it, where that is known. */
function nameOf(basis: Basis): string | null {
  switch (basis.kind) {
    case "provider":
      return basis.provider.name;
    case "server":
      return hostOf(basis.found.issuer);
    case "hand":
      return null;
    default:
      return basis satisfies never;
  }
}

function tileOf(basis: Basis, typing: Typing): string {
  return basis.kind === "provider" ? basis.provider.id : typing.name || "server";
}

function urisOf(basis: Basis, typing: Typing): RedirectUri[] {
  const said = saidRedirectUri(typing);
  if (said) {
    return described([said]);
  }
  return typing.name.trim() ? expectedRedirectUris(typing.name.trim(), refusesEmbedded(basis)) : [];
}

/** Focus goes to the first field that lacks something, once it says so. */
function toFirstFault(form: string): void {
  requestAnimationFrame(() => {
    document.getElementById(form)?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}
