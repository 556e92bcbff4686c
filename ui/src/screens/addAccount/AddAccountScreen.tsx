import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { Discovered } from "../../bindings/Discovered";
import type { Profile } from "../../bindings/Profile";
import { PRACTICE, useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { Icon } from "../../parts/Icon";
import { Page } from "../../parts/Page";
import { PracticeCard } from "../../parts/PracticeCard";
import { Tile } from "../../parts/Tile";
import { profiles, providers, useDiscover } from "../../queries/profiles";
import { providerName } from "../../words/providers";
import styles from "./AddAccountScreen.module.css";
import { SetUpSheet } from "./SetUpSheet";

type Open = { found: Discovered | null } | null;

/** From a server's address, through a client registration that is there, or with the practice provider. */
export function AddAccountScreen() {
  const { go, open: openOverlay } = useNavigation();
  const { start, starting } = useLinking();
  const [open, setOpen] = useState<Open>(null);
  const ready = useQuery(profiles());
  const own = (ready.data ?? []).filter(({ provider }) => provider !== PRACTICE);
  return (
    <Page title="Link an account" headed onBack={() => go({ at: "accounts" })}>
      <div className={styles.scroll}>
        <div className={styles.body}>
          <Lookup onFound={(found) => setOpen({ found })} />
          {ready.isError && <FailureNote failure={ready.error} />}
          {own.length > 0 && (
            <section className={styles.section}>
              <h2>Ready: you have a client registration</h2>
              <ul className={styles.profiles}>
                {own.map((profile) => (
                  <li key={profile.name}>
                    <ProfileCard
                      profile={profile}
                      onOpen={() => openOverlay({ kind: "profile", profile: profile.name })}
                    />
                  </li>
                ))}
              </ul>
            </section>
          )}
          <section className={styles.section}>
            <h2>To try it out</h2>
            <PracticeCard isPending={starting} onPress={() => start({ practice: true })} />
          </section>
        </div>
      </div>
      {open && <SetUpSheet found={open.found} taken={ready.data ?? []} onClose={() => setOpen(null)} />}
    </Page>
  );
}

/** The server says itself how to sign in there. */
function Lookup({ onFound }: { onFound: (found: Discovered | null) => void }) {
  const [address, setAddress] = useState("");
  const [empty, setEmpty] = useState(false);
  const discover = useDiscover();
  const look = (event: FormEvent) => {
    event.preventDefault();
    setEmpty(address.trim() === "");
    if (address.trim() !== "") {
      discover.mutate(address.trim(), { onSuccess: onFound });
    }
  };
  return (
    <>
      <form className={styles.lookup} onSubmit={look} data-search>
        <Field
          label="Issuer or metadata URL"
          placeholder="https://id.example.org"
          size="lg"
          value={address}
          onChange={setAddress}
          error={empty ? "Type or paste the address of the server that you sign in to." : null}
          inputMode="url"
          autoFocus
        />
        <Button look="primary" size="lg" type="submit" isPending={discover.isPending}>
          Look it up
        </Button>
      </form>
      <p className={styles.help}>
        Keybelt asks the server itself how to sign in there. A server without metadata?{" "}
        <Button look="text" onPress={() => onFound(null)}>
          Fill in its addresses…
        </Button>
      </p>
      {discover.error && (
        <div className={styles.refused}>
          <FailureNote failure={discover.error} />
        </div>
      )}
    </>
  );
}

function ProfileCard({ profile, onOpen }: { profile: Profile; onOpen: () => void }) {
  const catalogue = useQuery(providers()).data ?? [];
  const name = providerName({ provider: profile.provider, profile: profile.name }, catalogue);
  const issuer = profile.settings.issuer?.value ?? profile.settings.authorize_url?.value;
  return (
    <AriaButton className={styles.profile ?? ""} onPress={onOpen}>
      <Tile id={profile.provider ?? profile.name} name={name} size={34} />
      <span className={styles.words}>
        <span className={styles.name}>{name}</span>
        <span className={styles.about}>{typeof issuer === "string" ? hostOf(issuer) : profile.protocol}</span>
      </span>
      <Icon name="right" size={18} />
    </AriaButton>
  );
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
