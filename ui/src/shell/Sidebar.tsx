import { useQuery } from "@tanstack/react-query";
import { Button, Tooltip, TooltipTrigger } from "react-aria-components";
import type { VaultStatus } from "../bindings/VaultStatus";
import { useNavigation } from "../navigation";
import { Hidden } from "../parts/Hidden";
import { Icon } from "../parts/Icon";
import { Kbd } from "../parts/Kbd";
import { Mark } from "../parts/Mark";
import { accounts } from "../queries/accounts";
import { useLockVault } from "../queries/vault";
import { needsPerson } from "../words/standing";
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

function Places({ ready }: { ready: boolean }) {
  const { place, go, backToList } = useNavigation();
  const { data } = useQuery({ ...accounts(), enabled: ready });
  const need = data?.filter(needsPerson).length ?? 0;
  const home = () => {
    go({ at: "accounts" });
    backToList();
  };
  return (
    <nav aria-label="Main">
      <Named name="Accounts (Ctrl 1)">
        <Button
          className={styles.place ?? ""}
          onPress={home}
          aria-current={place.at === "accounts" ? "page" : "true"}
        >
          <Icon name="accounts" size={18} />
          <span className={styles.words}>Accounts</span>
          {need > 0 && (
            <span className={styles.need}>
              <span aria-hidden="true">{need > 99 ? "99+" : need}</span>
              <Hidden>{need === 1 ? ", one needs you" : `, ${need} need you`}</Hidden>
            </span>
          )}
        </Button>
      </Named>
    </nav>
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
  return (
    <TooltipTrigger delay={600}>
      {children}
      <Tooltip className={styles.tooltip ?? ""} placement="right" offset={8}>
        {name}
      </Tooltip>
    </TooltipTrigger>
  );
}
