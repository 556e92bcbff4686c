import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Profile } from "../../bindings/Profile";
import type { ProfileName } from "../../bindings/ProfileName";
import type { Route } from "../../bindings/Route";
import { askFor, PRACTICE, useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Sheet } from "../../parts/Sheet";
import { Tile } from "../../parts/Tile";
import { accounts } from "../../queries/accounts";
import { profile as profileQuery, providers } from "../../queries/profiles";
import { PROTOCOLS } from "../../words/protocols";
import { providerName } from "../../words/providers";
import { routesOf } from "../../words/redirectUris";
import { Overview } from "./Overview";
import styles from "./ProfileSheet.module.css";
import { RemoveFoot, RemovePage } from "./RemovePage";
import { SettingsPage } from "./SettingsPage";

/** The pages of the sheet; the first is where it opens. */
export type Page = "overview" | "settings" | "remove";

/** A client registration: what it is, who is linked through it, and what can be done with it. */
export function ProfileSheet({ name }: { name: ProfileName }) {
  const { close } = useNavigation();
  const { data, error } = useQuery(profileQuery(name));
  const catalogue = useQuery(providers()).data ?? [];
  const linked = (useQuery(accounts()).data ?? []).filter(({ profile }) => profile === name);
  const [page, setPage] = useState<Page>("overview");
  const [chosen, setRoute] = useState<Route | null>(null);
  const route = chosen ?? routesOf(data?.redirect_uris ?? [])[0]?.id ?? "webview";
  const provider = providerName({ provider: data?.provider ?? null, profile: name }, catalogue);
  const home = page === "overview";
  return (
    <Sheet
      title={titleOf(page, name)}
      tile={home && <Tile id={data?.provider ?? name} name={provider} size={34} />}
      subtitle={subtitleOf(page, provider === name ? null : provider, data)}
      onBack={home ? undefined : () => setPage("overview")}
      wide={page === "settings"}
      onClose={close}
      foot={
        page === "remove" ? (
          <RemoveFoot name={name} linked={linked} onKeep={() => setPage("overview")} onRemoved={close} />
        ) : page === "settings" ? (
          <Button look="primary" onPress={() => setPage("overview")}>
            Done
          </Button>
        ) : (
          <OverviewFoot profile={data} route={route} onRemove={() => setPage("remove")} />
        )
      }
    >
      {error && <FailureNote failure={error} />}
      {data && page === "overview" && (
        <Overview
          profile={data}
          provider={provider}
          linked={linked}
          route={route}
          onRoute={setRoute}
          onPage={setPage}
        />
      )}
      {data && page === "settings" && <SettingsPage profile={data} />}
      {page === "remove" && <RemovePage linked={linked} provider={provider} />}
    </Sheet>
  );
}

function titleOf(page: Page, name: ProfileName): string {
  return { overview: name, settings: `All settings of ${name}`, remove: `Remove ${name}?` }[page];
}

function subtitleOf(page: Page, provider: string | null, profile: Profile | undefined): string {
  if (page === "settings") {
    return "Catalogue, then server metadata, then your profile: the later one wins";
  }
  return [provider, profile && PROTOCOLS[profile.protocol]].filter(Boolean).join(" · ");
}

type OverviewFootProps = { profile: Profile | undefined; route: Route; onRemove: () => void };

function OverviewFoot({ profile, route, onRemove }: OverviewFootProps) {
  const { close } = useNavigation();
  const { start, starting } = useLinking();
  const link = async () => {
    if (profile) {
      await start(profile.provider === PRACTICE ? { practice: true } : askFor(profile.name, route));
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
