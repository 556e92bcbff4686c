import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Profile } from "../../bindings/Profile";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Page } from "../../parts/Page";
import { RefusedStage } from "../../parts/RefusedStage";
import { SearchLine } from "../../parts/SearchLine";
import { Skeleton } from "../../parts/Skeleton";
import { Actions, Stage } from "../../parts/Stage";
import { profiles, providers } from "../../queries/profiles";
import { providerName } from "../../words/providers";
import { matchesProfile } from "./matches";
import styles from "./ProfilesScreen.module.css";
import { ProfileTable } from "./ProfileTable";

/** So many are overlooked without a search. */
const FEW = 8;

/** The client registrations, in a table; one opens in a sheet. */
export function ProfilesScreen() {
  const list = useQuery(profiles());
  const catalogue = useQuery(providers()).data ?? [];
  const [query, setQuery] = useState("");
  const all = list.data ?? [];
  const nameOf = (profile: Profile) =>
    providerName({ provider: profile.provider, profile: profile.name }, catalogue);
  const found = all.filter((profile) => matchesProfile(profile, nameOf(profile), query));
  return (
    <Page
      title="Profiles"
      headed={!list.isError && list.data?.length !== 0}
      count={all.length > 0 ? counted(found.length, all.length) : null}
      actions={list.data?.length === 0 ? null : <Acts any={all.length > 0} />}
    >
      {list.isError ? (
        <RefusedStage failure={list.error} onRetry={() => list.refetch()} />
      ) : list.data?.length === 0 ? (
        <NoProfiles />
      ) : (
        <>
          <div className={styles.head}>
            <p className={styles.lead}>
              A profile is your client registration at a provider. Accounts are linked through one.
            </p>
            {all.length > FEW && <SearchLine label="Find a profile" value={query} onChange={setQuery} />}
          </div>
          <div className={styles.scroll}>
            {list.isPending ? (
              <Skeleton label="Reading your profiles" />
            ) : (
              <ProfileTable profiles={found} catalogue={catalogue} />
            )}
            {query.trim() !== "" && found.length === 0 && (
              <p className={styles.none} role="status">
                No profile has “{query.trim()}” in its name, provider or client ID.
              </p>
            )}
          </div>
        </>
      )}
    </Page>
  );
}

function counted(found: number, all: number): string {
  const number = new Intl.NumberFormat("en");
  return found === all ? number.format(all) : `${number.format(found)} of ${number.format(all)}`;
}

function Acts({ any }: { any: boolean }) {
  const { go, open } = useNavigation();
  return (
    <>
      {any && (
        <Button size="sm" look="quiet" icon="export" onPress={() => open({ kind: "exportProfiles" })}>
          Export…
        </Button>
      )}
      <Button size="sm" icon="import" onPress={() => open({ kind: "importProfiles" })}>
        Import…
      </Button>
      <Button size="sm" icon="plus" onPress={() => go({ at: "add", for: "profile" })}>
        New profile
      </Button>
    </>
  );
}

function NoProfiles() {
  const { go, open } = useNavigation();
  return (
    <Stage
      title="No profiles"
      lead="A profile is your client registration at a provider. Accounts are linked through one."
    >
      <Actions>
        <Button look="primary" icon="plus" onPress={() => go({ at: "add", for: "profile" })}>
          New profile
        </Button>
        <Button icon="import" onPress={() => open({ kind: "importProfiles" })}>
          Import…
        </Button>
      </Actions>
    </Stage>
  );
}
