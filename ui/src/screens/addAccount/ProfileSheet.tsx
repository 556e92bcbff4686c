import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Account } from "../../bindings/Account";
import type { Profile } from "../../bindings/Profile";
import type { ProfileName } from "../../bindings/ProfileName";
import type { Route } from "../../bindings/Route";
import { askFor, useLinking } from "../../linking";
import { Button } from "../../parts/Button";
import { Disclosed } from "../../parts/Disclosed";
import { FailureNote } from "../../parts/FailureNote";
import { Segmented } from "../../parts/Segmented";
import { Sheet } from "../../parts/Sheet";
import { Tile } from "../../parts/Tile";
import { accounts } from "../../queries/accounts";
import { profile as profileQuery, providers, useRemoveProfile } from "../../queries/profiles";
import { providerName } from "../../words/providers";
import { visible } from "../../words/providerText";
import styles from "./ProfileSheet.module.css";
import { RedirectUriList } from "./RedirectUriList";
import { described, ROUTES } from "./redirectUris";
import { SettingsTable, shownValue } from "./SettingsTable";

const PROTOCOLS = { oidc: "OpenID Connect", oauth2: "OAuth 2", oauth1: "OAuth 1.0a" } as const;

/** A client registration: what it is, who is linked through it, and linking another. */
export function ProfileSheet({ name, onClose }: { name: ProfileName; onClose: () => void }) {
  const { data, error } = useQuery(profileQuery(name));
  const catalogue = useQuery(providers()).data ?? [];
  const linked = (useQuery(accounts()).data ?? []).filter(({ profile }) => profile === name);
  const { start, starting } = useLinking();
  const [route, setRoute] = useState<Route>("webview");
  const title = providerName({ provider: data?.provider ?? null, profile: name }, catalogue);
  return (
    <Sheet
      title={title}
      tile={<Tile id={data?.provider ?? name} name={title} size={34} />}
      subtitle={data ? `Profile ${name}, ${PROTOCOLS[data.protocol]}` : `Profile ${name}`}
      onClose={onClose}
      foot={
        <>
          <RemoveProfile name={name} linked={linked} onRemoved={onClose} />
          <Button
            look="primary"
            icon="arrow"
            isPending={starting}
            isDisabled={!data}
            onPress={() => start(askFor(name, route))}
          >
            Link account
          </Button>
        </>
      }
    >
      {error && <FailureNote failure={error} />}
      {data && (
        <>
          <Registration profile={data} />
          <section className={styles.section}>
            <h2>Sign in with</h2>
            <Segmented label="Sign in with" choices={ROUTES} chosen={route} onChoose={setRoute} />
          </section>
          {linked.length > 0 && <LinkedThrough linked={linked} />}
          <Disclosed title="All settings, and where each comes from">
            <SettingsTable profile={data} />
          </Disclosed>
        </>
      )}
    </Sheet>
  );
}

function Registration({ profile }: { profile: Profile }) {
  const value = (key: string) => shownValue(profile.settings[key]?.value ?? null);
  const pkce = value("client_kwargs.code_challenge_method");
  return (
    <section>
      <h2>Client registration</h2>
      <dl className={styles.facts}>
        <div>
          <dt>Client ID</dt>
          <dd>
            <code>{value("client_id")}</code>
          </dd>
        </div>
        <div>
          <dt>Client secret</dt>
          <dd>{value("client_secret")}</dd>
        </div>
        <div>
          <dt>Asks for</dt>
          <dd>
            <code>{value("client_kwargs.scope")}</code>
          </dd>
        </div>
        {["none", "plain"].includes(pkce) && (
          <div>
            <dt>PKCE</dt>
            <dd className={styles.weak}>
              <code>{pkce}</code>: a stolen code can be redeemed by whoever has it
            </dd>
          </div>
        )}
      </dl>
      <h2 className={styles.uris}>Redirect URIs</h2>
      <RedirectUriList uris={described(profile.redirect_uris)} />
    </section>
  );
}

function LinkedThrough({ linked }: { linked: Account[] }) {
  return (
    <section className={styles.section}>
      <h2>Linked through it</h2>
      <ul className={styles.linked}>
        {linked.map((account) => (
          <li key={account.name}>{visible(account.email ?? account.display_name ?? account.name)}</li>
        ))}
      </ul>
    </section>
  );
}

type RemoveProfileProps = { name: ProfileName; linked: Account[]; onRemoved: () => void };

/** Asks once more in its place, so that no dialog stands over the sheet. */
function RemoveProfile({ name, linked, onRemoved }: RemoveProfileProps) {
  const [asking, setAsking] = useState(false);
  const remove = useRemoveProfile();
  if (linked.length > 0) {
    return <span className={styles.kept}>Unlink its accounts to remove this profile.</span>;
  }
  if (!asking) {
    return (
      <span className={styles.remove}>
        <Button look="quiet" tone="bad" onPress={() => setAsking(true)}>
          Remove profile…
        </Button>
      </span>
    );
  }
  return (
    <span className={styles.remove}>
      <Button autoFocus onPress={() => setAsking(false)}>
        Keep it
      </Button>
      <Button
        look="danger"
        isPending={remove.isPending}
        onPress={() => remove.mutate(name, { onSuccess: onRemoved })}
      >
        Remove it
      </Button>
      {remove.error && <span role="alert">{remove.error.message}</span>}
    </span>
  );
}
