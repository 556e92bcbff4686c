import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useEffectEvent, useId, useRef, useState } from "react";
import type { BarState } from "../../bindings/BarState";
import type { Connection } from "../../bindings/Connection";
import { Button } from "../../parts/Button";
import { Chip } from "../../parts/Chip";
import { Hidden } from "../../parts/Hidden";
import { Icon, type IconName } from "../../parts/Icon";
import { Ring } from "../../parts/Ring";
import { barState, useBarCancel, useBarEvents, useBarUseBrowser } from "../../queries/bar";
import { visible } from "../../words/providerText";
import { shortScopeWords } from "../../words/scopes";
import styles from "./BarScreen.module.css";

const CONNECTIONS: Record<Connection, { icon: IconName | null; said: string }> = {
  loading: { icon: null, said: "Loading" },
  secure: { icon: "lock", said: "Secure connection" },
  loopback: { icon: "monitor", said: "On this machine, not encrypted" },
  bad_certificate: { icon: "warn", said: "The certificate does not hold; the page is not shown" },
  failed: { icon: "offline", said: "The page could not be loaded" },
};

/** The bar above the authorization page: whose page it is, how it came, what is asked, and two ways out. */
export function BarScreen() {
  useBarEvents();
  const { data } = useQuery(barState());
  const browser = useBarUseBrowser();
  const cancel = useBarCancel();
  return (
    <main className={styles.bar}>
      <h1 className={styles.title}>
        <Hidden>{data ? `Sign in to ${visible(data.provider)}` : "Sign in"}</Hidden>
      </h1>
      <div className={styles.row}>
        {data ? <Origin state={data} /> : <div className={styles.origin} />}
        <Button size="sm" icon="globe" isPending={browser.isPending} onPress={() => browser.mutate()}>
          Use my browser instead
        </Button>
        <Button size="sm" look="quiet" onPress={() => cancel.mutate()}>
          Cancel
        </Button>
      </div>
      {data && <Asked state={data} />}
    </main>
  );
}

/** The whole origin. Where it is too long it is cut at its start, never at its end, which says whose it is. */
function Origin({ state }: { state: BarState }) {
  const { icon, said } = CONNECTIONS[state.connection];
  const scheme = state.connection === "loopback" ? "http://" : "https://";
  const prefix = visible(state.origin_prefix);
  const domain = visible(state.origin_domain);
  const suffix = visible(state.origin_suffix);
  const loaded = domain.length > 0;
  return (
    <div
      className={styles.origin}
      data-connection={state.connection}
      title={loaded ? scheme + prefix + domain + suffix : said}
    >
      {icon ? <Icon name={icon} /> : <Ring size={16} spinning="quick" />}
      <span className={styles.address} role="status">
        <Hidden>{said}: </Hidden>
        {loaded ? (
          <span className={styles.name} dir="ltr">
            <span className={styles.dim}>
              {scheme}
              {prefix}
            </span>
            <b className={styles.domain}>{domain}</b>
            <span className={styles.dim}>{suffix}</span>
          </span>
        ) : (
          <span className={styles.dim}>Nothing loaded yet</span>
        )}
      </span>
    </div>
  );
}

function Asked({ state }: { state: BarState }) {
  if (state.connection === "bad_certificate" || state.connection === "failed") {
    return <p className={styles.fault}>{CONNECTIONS[state.connection].said}.</p>;
  }
  return (
    <div className={styles.asked}>
      {state.practice && <Chip tone="accent">Practice</Chip>}
      {state.scopes.length > 0 ? (
        <AskedScopes scopes={state.scopes} practice={state.practice} />
      ) : (
        <span className={styles.what}>
          <span className={styles.dim}>Keybelt asks to </span>sign you in
        </span>
      )}
    </div>
  );
}

/** In words as far as there is room, each whole; by the names that the server gave them on a word. */
function AskedScopes({ scopes, practice }: { scopes: string[]; practice: boolean }) {
  const [raw, setRaw] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const list = useId();
  useLeft(whole, raw, () => setRaw(false));
  const said = scopes.map((scope) =>
    raw ? visible(scope) : (shortScopeWords(scope, practice) ?? visible(scope)),
  );
  return (
    <div className={styles.whole} ref={whole}>
      <ul
        id={list}
        className={styles.scopes}
        aria-label={raw ? "Scopes" : "Keybelt asks to"}
        data-raw={raw || undefined}
      >
        {!raw && (
          <li className={styles.dim} aria-hidden="true">
            Keybelt asks to&nbsp;
          </li>
        )}
        {said.map((text, at) => (
          <li key={text}>
            {at > 0 && (raw ? "\u00a0 " : ",\u00a0")}
            {text}
          </li>
        ))}
      </ul>
      <Button look="text" aria-expanded={raw} aria-controls={list} onPress={() => setRaw(!raw)}>
        {`${scopes.length} scope${scopes.length === 1 ? "" : "s"}`}
      </Button>
    </div>
  );
}

/** While it is open: Escape, a press elsewhere, and the keyboard gone to the page below close it. */
function useLeft(whole: RefObject<HTMLElement | null>, isOpen: boolean, close: () => void) {
  const left = useEffectEvent(close);
  useEffect(() => {
    if (!isOpen) {
      return;
    }
    const gone = new AbortController();
    const { signal } = gone;
    const isElsewhere = ({ target }: Event) => !(target instanceof Node && whole.current?.contains(target));
    document.addEventListener("pointerdown", (event) => isElsewhere(event) && left(), { signal });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && left(), { signal });
    window.addEventListener("blur", () => left(), { signal });
    return () => gone.abort();
  }, [isOpen, whole]);
}
