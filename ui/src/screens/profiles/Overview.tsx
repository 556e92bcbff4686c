import { Button as AriaButton } from "react-aria-components";
import type { Account } from "../../bindings/Account";
import type { Profile } from "../../bindings/Profile";
import type { Route } from "../../bindings/Route";
import { askFor, useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Chip } from "../../parts/Chip";
import { LifeRing } from "../../parts/LifeRing";
import { RedirectUriList } from "../../parts/RedirectUriList";
import { ScopeList } from "../../parts/ScopeList";
import { Segmented } from "../../parts/Segmented";
import { Tile } from "../../parts/Tile";
import { described, routesOf } from "../../words/redirectUris";
import { scopesOf } from "../../words/scopes";
import { settingText } from "../../words/settings";
import { needsPerson } from "../../words/standing";
import { whoIs } from "../../words/who";
import styles from "./Overview.module.css";
import type { Page } from "./ProfileSheet";
import { Registration } from "./Registration";

type OverviewProps = {
  profile: Profile;
  /** What the person calls the provider. */
  label: string;
  /** What it is called in a sentence. */
  provider: string;
  linked: Account[];
  route: Route;
  onRoute: (route: Route) => void;
  onPage: (page: Page) => void;
};

/** What most people want to know of a client registration. */
export function Overview({ profile, label, provider, linked, route, onRoute, onPage }: OverviewProps) {
  const routes = routesOf(profile);
  const scopes = scopesOf(settingText(profile, "client_kwargs.scope") ?? "");
  return (
    <>
      <Registration profile={profile} />
      <section className={styles.section}>
        <h2>Redirect URIs to register there</h2>
        <RedirectUriList uris={described(profile.redirect_uris)} />
      </section>
      <section className={styles.section}>
        <h2>
          What to ask for
          {profile.protocol !== "oauth1" && (
            <span className={styles.change}>
              <Button
                look="text"
                onPress={() => onPage({ at: "settings", editing: "client_kwargs.scope" })}
                aria-label="Change what to ask for"
              >
                Change…
              </Button>
            </span>
          )}
        </h2>
        {scopes.length > 0 ? (
          <ScopeList granted={scopes} wanted />
        ) : (
          <p className={styles.nothing}>No scope: {provider} decides what the token may do.</p>
        )}
      </section>
      <section className={styles.section}>
        <h2>Sign in with</h2>
        {routes.length > 1 ? (
          <Segmented label="Sign in with" choices={routes} chosen={route} onChoose={onRoute} />
        ) : (
          <p className={styles.nothing}>{routes[0]?.text}</p>
        )}
      </section>
      {linked.length > 0 && <LinkedThrough linked={linked} label={label} />}
      <div className={styles.more}>
        <Button look="quiet" icon="right" onPress={() => onPage({ at: "settings", editing: null })}>
          All settings, and where each comes from
        </Button>
      </div>
    </>
  );
}

type OverviewFootProps = { profile: Profile | undefined; route: Route; onRemove: () => void };

/** What is done with it most, and its end. */
export function OverviewFoot({ profile, route, onRemove }: OverviewFootProps) {
  const { close } = useNavigation();
  const { start, starting } = useLinking();
  const link = async () => {
    if (profile) {
      await start(askFor(profile.name, route));
      close();
    }
  };
  return (
    <>
      <span className={styles.far}>
        <Button look="quiet" tone="bad" isDisabled={!profile} onPress={onRemove}>
          Remove profile…
        </Button>
      </span>
      <Button look="primary" icon="arrow" isPending={starting} isDisabled={!profile} onPress={link}>
        Link account
      </Button>
    </>
  );
}

function LinkedThrough({ linked, label }: { linked: Account[]; label: string }) {
  const { show, close } = useNavigation();
  return (
    <section className={styles.section}>
      <h2>Linked through it</h2>
      <ul>
        {linked.map((account) => {
          const who = whoIs(account);
          return (
            <li key={account.name} className={styles.line}>
              <AriaButton
                className={styles.account ?? ""}
                onPress={() => {
                  close();
                  show(account.name);
                }}
              >
                <Tile id={account.provider ?? account.profile} name={label} size={24} />
                <span className={styles.who} title={who} dir="auto">
                  {who}
                </span>
                {needsPerson(account) ? <Chip tone="bad">Needs you</Chip> : <LifeRing account={account} />}
              </AriaButton>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
