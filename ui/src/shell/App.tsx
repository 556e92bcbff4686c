import { useQuery } from "@tanstack/react-query";
import { Suspense, useCallback, useMemo, useState } from "react";
import type { LinkProgress } from "../bindings/LinkProgress";
import {
  type Navigation,
  NavigationContext,
  type Overlay,
  type Place,
  type Tab,
  type Toast,
  useNavigation,
} from "../navigation";
import { later } from "../parts/later";
import { useEvents } from "../queries/events";
import { preferences } from "../queries/preferences";
import { vaultStatus } from "../queries/vault";
import styles from "./App.module.css";
import { Overlays } from "./Overlays";
import { PlaceScreen } from "./PlaceScreen";
import { isForStarters } from "./places";
import { Sidebar } from "./Sidebar";
import { ToastLine } from "./ToastLine";
import { useShortcuts } from "./useShortcuts";
import { Opening, VaultRefused } from "./VaultStates";

const FirstLaunchScreen = later(() => import("./rest").then((its) => its.FirstLaunchScreen));
const LockedScreen = later(() => import("./rest").then((its) => its.LockedScreen));

/** The main window. */
export function App() {
  const vault = useVaultStatus();
  // At hand before anybody asks where to sign in.
  useQuery(preferences());
  const { navigation, toast } = useNavigationState();
  useEvents(useCallback((progress) => adopt(navigation, progress), [navigation]));
  const open = vault.data !== undefined && !vault.data.locked && vault.data.key_source !== null;
  const fresh = vault.data?.key_source === null;
  // Before there is a vault, a backup can be made one.
  const restores = fresh && navigation.overlay?.kind === "restore";
  useShortcuts(navigation, { open, fresh });
  return (
    <NavigationContext value={navigation}>
      <Suspense>
        <VaultGate vault={vault} />
      </Suspense>
      {(open || restores) && <Overlays />}
      <ToastLine toast={toast} onDone={() => navigation.say(null)} />
    </NavigationContext>
  );
}

function VaultGate({ vault }: { vault: ReturnType<typeof useVaultStatus> }) {
  const { place } = useNavigation();
  if (vault.isPending) {
    return <Opening />;
  }
  if (vault.isError) {
    return <VaultRefused failure={vault.error} onRetry={() => vault.refetch()} />;
  }
  if (vault.data.locked) {
    return <LockedScreen status={vault.data} />;
  }
  return (
    <div className={styles.app}>
      <Sidebar status={vault.data} />
      {vault.data.key_source === null && !isForStarters(place.at) ? <FirstLaunchScreen /> : <PlaceScreen />}
    </div>
  );
}

function useVaultStatus() {
  return useQuery(vaultStatus());
}

/** An authorization that was started elsewhere, by the command line, is shown where nothing else is under way. */
function adopt(navigation: Navigation, { id, profile, step }: LinkProgress): void {
  if (navigation.place.at === "accounts" && (step.step === "preparing" || step.step === "waiting")) {
    navigation.go({
      at: "link",
      linking: { id, profile, route: "webview", embedded_refused: false },
      ask: { elsewhere: true },
    });
  }
}

function useNavigationState(): { navigation: Navigation; toast: Toast | null } {
  const [place, setPlace] = useState<Place>({ at: "accounts" });
  const [account, setAccount] = useState<string | null>(null);
  const [tab, setTab] = useState<Tab>("identity");
  const [pane, setPane] = useState<"list" | "detail">("list");
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const [toast, say] = useState<Toast | null>(null);
  const navigation = useMemo<Navigation>(
    () => ({
      place,
      account,
      tab,
      pane,
      overlay,
      go: setPlace,
      choose: setAccount,
      show: (name, onTab) => {
        setPlace({ at: "accounts" });
        setAccount(name);
        setPane("detail");
        if (onTab) {
          setTab(onTab);
        }
      },
      backToList: () => setPane("list"),
      setTab,
      open: setOverlay,
      close: () => setOverlay(null),
      say,
    }),
    [place, account, tab, pane, overlay],
  );
  return { navigation, toast };
}
