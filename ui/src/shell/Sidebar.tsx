import { useQuery } from "@tanstack/react-query";
import { Button, Toolbar, Tooltip, TooltipTrigger } from "react-aria-components";
import type { VaultStatus } from "../bindings/VaultStatus";
import { useNavigation } from "../navigation";
import { Hidden } from "../parts/Hidden";
import { Icon } from "../parts/Icon";
import { Kbd } from "../parts/Kbd";
import { Mark } from "../parts/Mark";
import { useNarrow } from "../parts/useNarrow";
import { accounts } from "../queries/accounts";
import { useLockVault } from "../queries/vault";
import { needsPerson } from "../words/standing";
import { DESTINATIONS, type Destination, GROUPS, homeOf, isForStarters } from "./places";
import styles from "./Sidebar.module.css";

/** The places of the window, and the vault. */
export function Sidebar({ status }: { status: VaultStatus }) {
  const { open } = useNavigation();
  const ready = status.key_source !== null;
  return (
    <aside className={styles.sidebar} data-pane tabIndex={-1} aria-label="Places">
      <div className={styles.brand}>
        <Mark size={24} />
        <span className={styles.words}>Keybelt</span>
      </div>
      {ready && (
        <Named name="Jump to (Ctrl K)">
          <Button className={styles.jump ?? ""} onPress={() => open({ kind: "palette" })}>
            <Icon name="search" />
            <span className={styles.words}>Jump to</span>
            <span className={styles.keys}>
              <Kbd>Ctrl K</Kbd>
            </span>
          </Button>
        </Named>
      )}
      <Places ready={ready} />
      {ready && <Vault />}
    </aside>
  );
}

/** One stop for Tab; arrows move inside. */
function Places({ ready }: { ready: boolean }) {
  const shown = GROUPS.map((group) => ({
    ...group,
    destinations: group.destinations.filter(({ at }) => ready || group.title === null || isForStarters(at)),
  }));
  return (
    <nav aria-label="Main">
      <Toolbar orientation="vertical" aria-label="Places of the window">
        {shown.map(({ title, destinations }) => (
          <div key={title} className={styles.group}>
            {title && <h2 className={styles.heading}>{title}</h2>}
            {destinations.map((destination) => (
              <PlaceButton key={destination.at} destination={destination} ready={ready} />
            ))}
          </div>
        ))}
      </Toolbar>
    </nav>
  );
}

function PlaceButton({ destination, ready }: { destination: Destination; ready: boolean }) {
  const { at, icon, text } = destination;
  const { place, go, backToList } = useNavigation();
  const number = DESTINATIONS.indexOf(destination) + 1;
  const press = () => {
    go({ at });
    if (at === "accounts") {
      backToList();
    }
  };
  return (
    <Named name={`${text} (Ctrl ${number})`}>
      <Button
        className={styles.place ?? ""}
        onPress={press}
        aria-current={place.at === at ? "page" : homeOf(place) === at ? "true" : undefined}
      >
        <Icon name={icon} size={18} />
        <span className={styles.words}>{text}</span>
        {at === "accounts" && <Need ready={ready} />}
      </Button>
    </Named>
  );
}

function Need({ ready }: { ready: boolean }) {
  const { data } = useQuery({ ...accounts(), enabled: ready });
  const need = data?.filter(needsPerson).length ?? 0;
  if (need === 0) {
    return null;
  }
  return (
    <span className={styles.need}>
      <span aria-hidden="true">{need > 99 ? "99+" : need}</span>
      <Hidden>{need === 1 ? ", one needs you" : `, ${need} need you`}</Hidden>
    </span>
  );
}

function Vault() {
  const lock = useLockVault();
  return (
    <div className={styles.vault}>
      <Icon name="unlock" />
      <span className={styles.state}>Vault is open</span>
      <Named name="Lock the vault now (Ctrl L)">
        <Button className={styles.lock ?? ""} onPress={() => lock.mutate()} aria-label="Lock the vault">
          <Icon name="lock" />
          <span className={styles.words}>Lock</span>
        </Button>
      </Named>
    </div>
  );
}

/** The rail shows icons only; a tooltip names them. */
function Named({ name, children }: { name: string; children: React.ReactElement }) {
  if (!useNarrow()) {
    return children;
  }
  return (
    <TooltipTrigger delay={600}>
      {children}
      <Tooltip className={styles.tooltip ?? ""} placement="right" offset={8}>
        {name}
      </Tooltip>
    </TooltipTrigger>
  );
}
