import { type FormEvent, useId, useState } from "react";
import type { Discovered } from "../../bindings/Discovered";
import type { Profile } from "../../bindings/Profile";
import type { Route } from "../../bindings/Route";
import { askFor, useLinking } from "../../linking";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { RedirectUriList } from "../../parts/RedirectUriList";
import { Segmented } from "../../parts/Segmented";
import { Sheet } from "../../parts/Sheet";
import { Tile } from "../../parts/Tile";
import { useAddProfile } from "../../queries/profiles";
import { profileNameFault } from "../../words/names";
import { described, type RedirectUri, ROUTES } from "../../words/redirectUris";
import { AddressFields } from "./AddressFields";
import { ADDRESSES, draftOf, emptyTyping, type Typing } from "./draft";
import { MoreSettings } from "./MoreSettings";
import { expectedRedirectUris, nameFrom } from "./redirectUris";
import { ScopeChoice } from "./ScopeChoice";
import styles from "./SetUpSheet.module.css";
import { Step } from "./Step";

type SetUpSheetProps = { found: Discovered | null; taken: Profile[]; onClose: () => void };

/** A new client registration: what to register there, what to bring back, what to ask for. */
export function SetUpSheet({ found, taken, onClose }: SetUpSheetProps) {
  const names = taken.map(({ name }) => name);
  const [typing, setTyping] = useState(() => emptyTyping(found ? nameFrom(found.issuer, names) : "", found));
  const [secret, setSecret] = useState("");
  const [route, setRoute] = useState<Route>("webview");
  const [checked, setChecked] = useState(false);
  const [added, setAdded] = useState<Profile | null>(null);
  const add = useAddProfile();
  const { start, starting } = useLinking();
  const form = useId();
  const change = (part: Partial<Typing>) => setTyping({ ...typing, ...part });
  const host = found ? hostOf(found.issuer) : "another server";
  const uris = urisOf(typing);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (faultsOf(typing, found).length > 0) {
      toFirstFault(form);
      return;
    }
    const sent = secret;
    setSecret("");
    const profile = await add.mutateAsync(draftOf(typing, found, sent)).catch(() => null);
    if (!profile) {
      return;
    }
    const known = profile.redirect_uris.every((uri) => uris.some((shown) => shown.uri === uri));
    if (known) {
      await start(askFor(profile.name, route));
    } else {
      setAdded(profile);
    }
  };

  return (
    <Sheet
      title={found ? `Set up ${host}` : "Set up another server"}
      tile={<Tile id={typing.name || "server"} name={typing.name || "?"} size={34} />}
      subtitle="Once, about two minutes"
      onClose={onClose}
      foot={
        <>
          <span className={styles.saved}>
            {typing.name.trim() && (
              <>
                Saved as profile <code>{typing.name.trim()}</code>
              </>
            )}
          </span>
          <Button look="quiet" onPress={onClose}>
            Cancel
          </Button>
          {added ? (
            <Button
              look="primary"
              icon="arrow"
              isPending={starting}
              onPress={() => start(askFor(added.name, route))}
            >
              Link account
            </Button>
          ) : (
            <Button
              look="primary"
              icon="arrow"
              type="submit"
              form={form}
              isPending={add.isPending || starting}
            >
              Link account
            </Button>
          )}
        </>
      }
    >
      {added ? (
        <Differs profile={added} />
      ) : (
        <form id={form} onSubmit={submit}>
          {found && found.other_hosts.length > 0 && (
            <p className={styles.note}>
              Some of its addresses are on other hosts: <code>{found.other_hosts.join(", ")}</code>
            </p>
          )}
          <div className={styles.name}>
            <Field
              label="Name of the profile"
              help="Letters, digits, dots, - and _. The redirect URIs below end in it."
              code
              value={typing.name}
              onChange={(name) => change({ name })}
              error={checked ? profileNameFault(typing.name.trim()) : null}
              autoFocus={found === null}
            />
          </div>
          {!found && <AddressFields typing={typing} onChange={change} checked={checked} />}
          <ol className={styles.steps}>
            <Step number={1} text="Register a program there, under your own name, with these redirect URIs.">
              {uris.length > 0 ? (
                <RedirectUriList uris={uris} />
              ) : (
                <p className={styles.later}>They stand here once the profile has a name.</p>
              )}
            </Step>
            <Step number={2} text="Save there, and bring back what it shows.">
              <Field
                label="Client ID"
                code
                value={typing.clientId}
                onChange={(clientId) => change({ clientId })}
                error={
                  checked && typing.clientId.trim() === ""
                    ? "Paste the client ID that the server shows."
                    : null
                }
                autoFocus={found !== null}
              />
              <Field
                label="Client secret"
                aside="if it shows one"
                type="password"
                help="Kept encrypted in your vault. It is never shown again."
                value={secret}
                onChange={setSecret}
              />
            </Step>
          </ol>
          <ScopeChoice found={found} scope={typing.scope} onChange={(scope) => change({ scope })} />
          <section className={styles.section}>
            <h2>Sign in with</h2>
            <Segmented label="Sign in with" choices={ROUTES} chosen={route} onChoose={setRoute} />
          </section>
          <MoreSettings typing={typing} onChange={change} />
          {add.error && (
            <div className={styles.refused}>
              <FailureNote failure={add.error} />
              {typing.clientId && <p className={styles.again}>A client secret has to be pasted once more.</p>}
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

function urisOf({ name, redirectUri }: Typing): RedirectUri[] {
  if (redirectUri.trim()) {
    return described([redirectUri.trim()]);
  }
  return name.trim() ? expectedRedirectUris(name.trim()) : [];
}

/** Focus goes to the first field that lacks something, once it says so. */
function toFirstFault(form: string): void {
  requestAnimationFrame(() => {
    document.getElementById(form)?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}

function faultsOf(typing: Typing, found: Discovered | null): string[] {
  const addresses = found
    ? []
    : ADDRESSES.filter(({ key, needed }) => needed && typing.addresses[key].trim() === "");
  return [
    ...addresses.map(({ key }) => key),
    ...(typing.clientId.trim() === "" ? ["client_id"] : []),
    ...(profileNameFault(typing.name.trim()) === null ? [] : ["name"]),
  ];
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
