import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Profile } from "../../bindings/Profile";
import type { ProfileName } from "../../bindings/ProfileName";
import type { Route } from "../../bindings/Route";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { MoreItem, MoreMenu } from "../../parts/MoreMenu";
import { Sheet } from "../../parts/Sheet";
import { Tile } from "../../parts/Tile";
import { accounts } from "../../queries/accounts";
import { useSignIn } from "../../queries/preferences";
import { profile as profileQuery, providers } from "../../queries/profiles";
import { PROTOCOLS } from "../../words/protocols";
import { providerName, saidName } from "../../words/providers";
import { routesOf } from "../../words/redirectUris";
import { serverAddress } from "../../words/settings";
import { ExportPage } from "./ExportPage";
import { Overview, OverviewFoot } from "./Overview";
import { RemoveFoot, RemovePage } from "./RemovePage";
import { RenamePage } from "./RenamePage";
import { SettingsPage } from "./SettingsPage";

/** The pages of the sheet; the first is where it opens. */
export type Page =
  | { at: "overview" | "rename" | "export" | "remove" }
  /** With the setting that is being changed. */
  | { at: "settings"; editing: string | null };

const OVERVIEW: Page = { at: "overview" };

/** A client registration: what it is, who is linked through it, and what can be done with it. */
export function ProfileSheet({ name }: { name: ProfileName }) {
  const { close, open } = useNavigation();
  const { data, error } = useQuery(profileQuery(name));
  const catalogue = useQuery(providers()).data ?? [];
  const linked = (useQuery(accounts()).data ?? []).filter(({ profile }) => profile === name);
  const [page, setPage] = useState<Page>(OVERVIEW);
  const [chosen, setRoute] = useState<Route | null>(null);
  const form = useId();
  const signIn = useSignIn();
  const route = chosen ?? (data && preferred(data, signIn)) ?? signIn;
  const label = providerName({ provider: data?.provider ?? null, profile: name }, catalogue);
  const address = data ? serverAddress(data) : null;
  const provider = saidName({ provider: data?.provider ?? null, address }, label);
  const home = page.at === "overview";
  const back = () => setPage(OVERVIEW);
  return (
    <Sheet
      title={TITLES[page.at](name)}
      tile={home && <Tile id={data?.provider ?? name} name={label} size={34} />}
      subtitle={subtitleOf(page, label === name ? null : label, data)}
      actions={
        home &&
        data && (
          <MoreMenu label="More for this profile">
            <MoreItem icon="edit" text="Rename…" onAction={() => setPage({ at: "rename" })} />
            <MoreItem icon="export" text="Export…" onAction={() => setPage({ at: "export" })} />
          </MoreMenu>
        )
      }
      onBack={home ? undefined : back}
      wide={page.at === "settings"}
      onClose={close}
      foot={
        page.at === "remove" ? (
          <RemoveFoot name={name} linked={linked} onKeep={back} onRemoved={close} />
        ) : page.at === "rename" ? (
          <>
            <Button look="quiet" onPress={back}>
              Cancel
            </Button>
            <Button look="primary" type="submit" form={form}>
              Rename
            </Button>
          </>
        ) : home ? (
          <OverviewFoot profile={data} route={route} onRemove={() => setPage({ at: "remove" })} />
        ) : (
          <Button look="primary" onPress={back}>
            Done
          </Button>
        )
      }
    >
      {error && <FailureNote failure={error} />}
      {data && page.at === "overview" && (
        <Overview
          profile={data}
          label={label}
          provider={provider}
          linked={linked}
          route={route}
          onRoute={setRoute}
          onPage={setPage}
        />
      )}
      {data && page.at === "settings" && (
        <SettingsPage
          profile={data}
          editing={page.editing}
          onEdit={(editing) => setPage({ at: "settings", editing })}
        />
      )}
      {page.at === "rename" && (
        <RenamePage
          name={name}
          form={form}
          onRenamed={(renamed) => open({ kind: "profile", profile: renamed })}
        />
      )}
      {page.at === "export" && <ExportPage names={[name]} />}
      {page.at === "remove" && <RemovePage linked={linked} label={label} provider={provider} />}
    </Sheet>
  );
}

const TITLES: Record<Page["at"], (name: ProfileName) => string> = {
  overview: (name) => name,
  settings: (name) => `All settings of ${name}`,
  rename: (name) => `Rename ${name}`,
  export: (name) => `Export ${name}`,
  remove: (name) => `Remove ${name}?`,
};

function subtitleOf(page: Page, provider: string | null, profile: Profile | undefined): string {
  if (page.at === "settings") {
    return "Default, then catalogue, server metadata, your profile: the later one wins";
  }
  return [provider, profile && PROTOCOLS[profile.protocol]].filter(Boolean).join(" · ");
}

/** Where the person likes to sign in, if the client registration has that way; else its first. */
function preferred(profile: Profile, signIn: Route): Route | undefined {
  return profile.routes.includes(signIn) ? signIn : routesOf(profile)[0]?.id;
}
