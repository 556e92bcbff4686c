import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Profile } from "../../bindings/Profile";
import type { Provider } from "../../bindings/Provider";
import { askFor, useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Kbd } from "../../parts/Kbd";
import { Page } from "../../parts/Page";
import { Skeleton } from "../../parts/Skeleton";
import { Actions, Stage } from "../../parts/Stage";
import { useSignIn } from "../../queries/preferences";
import { profiles, providers, useAddProfile, useDiscover, useShowProvider } from "../../queries/profiles";
import styles from "./AddAccountScreen.module.css";
import type { Basis } from "./basis";
import { Catalogue } from "./Catalogue";
import { bringsClient, draftAt } from "./draft";
import { IssuerDialog } from "./IssuerDialog";
import { ALL, type Choice, categoriesOf, sectionsOf } from "./offers";
import { SetUpSheet } from "./SetUpSheet";

/** Where every account begins: a client registration that is there, a provider, or any server. */
export function AddAccountScreen({ sought = "", wanted }: { sought?: string; wanted?: "profile" }) {
  const { go } = useNavigation();
  const ready = useQuery(profiles());
  const catalogue = useQuery(providers());
  const [query, setQuery] = useState(sought);
  const [category, setCategory] = useState(ALL);
  const [basis, setBasis] = useState<Basis | null>(null);
  const [asking, setAsking] = useState(false);
  const { choose, busy, refused } = useChoice(ready.data ?? [], setBasis);
  const known = catalogue.data ?? [];
  const sections = sectionsOf({ query, category, profiles: ready.data ?? [], catalogue: known });
  const search = (typed: string) => {
    setQuery(typed);
    // A search goes through everything.
    setCategory(ALL);
  };
  return (
    <Page
      title={wanted === "profile" ? "New profile" : "Link an account"}
      headed
      onBack={() => go({ at: wanted === "profile" ? "profiles" : "accounts" })}
    >
      {ready.isPending || catalogue.isPending ? (
        <div className={styles.reading}>
          <Skeleton label="Reading what is ready" tile={34} />
        </div>
      ) : (
        <Catalogue
          query={query}
          onQuery={search}
          categories={categoriesOf(known)}
          category={category}
          onCategory={setCategory}
          sections={sections}
          busy={busy}
          onChoose={choose}
          note={
            <>
              {ready.isError && <FailureNote failure={ready.error} />}
              {refused && <FailureNote failure={refused} />}
            </>
          }
          nothing={
            <Nothing
              query={query}
              onIssuer={() => setAsking(true)}
              onHand={() => setBasis({ kind: "hand" })}
            />
          }
        />
      )}
      {sections.length > 0 && <Foot onAnother={() => setAsking(true)} />}
      {asking && (
        <IssuerDialog
          onFound={(found) => {
            setAsking(false);
            setBasis({ kind: "server", found });
          }}
          onHand={() => {
            setAsking(false);
            setBasis({ kind: "hand" });
          }}
          onClose={() => setAsking(false)}
        />
      )}
      {basis && <SetUpSheet basis={basis} taken={ready.data ?? []} onClose={() => setBasis(null)} />}
    </Page>
  );
}

/** What was chosen is opened, asked, or linked. */
function useChoice(ready: Profile[], setUp: (basis: Basis) => void) {
  const { open } = useNavigation();
  const { start, starting } = useLinking();
  const discover = useDiscover();
  const show = useShowProvider();
  const add = useAddProfile();
  const signIn = useSignIn();
  const [chosen, setChosen] = useState<string | null>(null);
  // The catalogue brings the client: there is nothing to register, and nothing to fill in.
  const linkAt = async ({ id }: Provider) => {
    const there = ready.find(({ provider }) => provider === id);
    const profile = there ?? (await add.mutateAsync(draftAt(id)).catch(() => null));
    if (profile) {
      await start(askFor(profile.name, signIn));
    }
  };
  const choose = (choice: Choice, id: string) => {
    setChosen(id);
    discover.reset();
    show.reset();
    add.reset();
    switch (choice.kind) {
      case "address":
        return discover.mutate(choice.address, { onSuccess: (found) => setUp({ kind: "server", found }) });
      case "provider":
        return show.mutate(choice.provider, {
          onSuccess: (provider) =>
            bringsClient(provider) ? void linkAt(provider) : setUp({ kind: "provider", provider }),
        });
      case "profile":
        return open({ kind: "profile", profile: choice.profile });
      case "practice":
        return void start({ practice: true });
      default:
        return choice satisfies never;
    }
  };
  const busy = discover.isPending || show.isPending || add.isPending || starting ? chosen : null;
  return { choose, busy, refused: discover.error ?? show.error ?? add.error };
}

type NothingProps = { query: string; onIssuer: () => void; onHand: () => void };

/** Two ways on, for what no list has. */
function Nothing({ query, onIssuer, onHand }: NothingProps) {
  return (
    <div role="status" className={styles.nothing}>
      <Stage
        title={`No provider called “${query.trim()}”`}
        lead="If it has an issuer URL, Keybelt can ask the server itself how to sign in there."
        level={2}
        centred
      >
        <Actions centred>
          <Button look="primary" onPress={onIssuer}>
            Use its issuer URL…
          </Button>
          <Button onPress={onHand}>Fill in the addresses…</Button>
        </Actions>
      </Stage>
    </div>
  );
}

function Foot({ onAnother }: { onAnother: () => void }) {
  return (
    <footer className={styles.foot}>
      <span className={styles.keys} aria-hidden="true">
        <Kbd>↑</Kbd> <Kbd>↓</Kbd> <Kbd>←</Kbd> <Kbd>→</Kbd> move <Kbd>↵</Kbd> choose
      </span>
      <Button look="text" onPress={onAnother}>
        Use another authorization server…
      </Button>
    </footer>
  );
}
