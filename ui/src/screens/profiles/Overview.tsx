import { Button as AriaButton } from "react-aria-components";
import type { Account } from "../../bindings/Account";
import type { Profile } from "../../bindings/Profile";
import type { Route } from "../../bindings/Route";
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
  provider: string;
  linked: Account[];
  route: Route;
  onRoute: (route: Route) => void;
  onPage: (page: Page) => void;
};

/** What most people want to know of a client registration. */
export function Overview({ profile, provider, linked, route, onRoute, onPage }: OverviewProps) {
  const routes = routesOf(profile.redirect_uris);
  const scopes = scopesOf(settingText(profile, "client_kwargs.scope") ?? "");
  return (
    <>
      <Registration profile={profile} />
      <section className={styles.section}>
        <h2>Redirect URIs to register there</h2>
        <RedirectUriList uris={described(profile.redirect_uris)} />
      </section>
      <section className={styles.section}>
        <h2>What to ask for</h2>
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
      {linked.length > 0 && <LinkedThrough linked={linked} provider={provider} />}
      <div className={styles.more}>
        <Button look="quiet" icon="right" onPress={() => onPage("settings")}>
          All settings, and where each comes from
        </Button>
      </div>
    </>
  );
}

function LinkedThrough({ linked, provider }: { linked: Account[]; provider: string }) {
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
                <Tile id={account.provider ?? account.profile} name={provider} size={24} />
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
