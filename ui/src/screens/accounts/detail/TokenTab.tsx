import { useQuery } from "@tanstack/react-query";
import type { AccountDetail } from "../../../bindings/AccountDetail";
import { useNavigation } from "../../../navigation";
import { Button } from "../../../parts/Button";
import { ScopeList } from "../../../parts/ScopeList";
import { useNow } from "../../../parts/useNow";
import { profile } from "../../../queries/profiles";
import { isPractice } from "../../../words/providers";
import { visible } from "../../../words/providerText";
import { settingText } from "../../../words/settings";
import { lasts } from "../../../words/standing";
import { day, moment, shortMoment } from "../../../words/time";
import { Belt, type Stop } from "./Belt";
import styles from "./TokenTab.module.css";

/** The life of the token in hand, of the grant behind it, and what it may do. The token itself is never here. */
export function TokenTab({ detail, provider }: { detail: AccountDetail; provider: string }) {
  const { open } = useNavigation();
  return (
    <>
      {lasts(detail) ? (
        <LastingToken detail={detail} provider={provider} />
      ) : (
        <>
          <AccessToken detail={detail} />
          <RefreshToken detail={detail} provider={provider} />
        </>
      )}
      <section className={styles.section}>
        <h2>{detail.status === "needs_relink" ? "What it could do" : "What it may do"}</h2>
        {detail.scopes.length > 0 ? (
          <ScopeList granted={detail.scopes} practice={isPractice(detail.provider)} />
        ) : (
          <p className={styles.words}>{provider} does not say what this token may do.</p>
        )}
      </section>
      {detail.status !== "needs_relink" && detail.protocol !== "oauth1" && (
        <section className={styles.section}>
          <h2>Copy by hand</h2>
          <div className={styles.copy}>
            <p className={styles.words}>
              The token itself is never shown. Handing it over through a tool keeps it fresh; a copy goes
              stale.
            </p>
            <Button icon="clipboard" onPress={() => open({ kind: "copyToken", account: detail.name })}>
              Copy access token…
            </Button>
          </div>
        </section>
      )}
    </>
  );
}

/** OAuth 1.0a: no belt, since nothing runs out. */
function LastingToken({ detail, provider }: { detail: AccountDetail; provider: string }) {
  const now = useNow();
  const registration = useQuery(profile(detail.profile)).data;
  const method = registration && settingText(registration, "client_kwargs.signature_method");
  return (
    <section className={styles.section}>
      <h2>This token</h2>
      <p className={styles.words}>
        Does not expire. It was obtained {moment(detail.obtained_at, now)}, and lasts until you unlink it here
        or {provider} takes it back.
      </p>
      <p className={styles.words}>
        It signs each request to {provider} by itself (OAuth 1.0a{method && `, ${visible(method)}`}), and is
        never shown.
      </p>
    </section>
  );
}

function AccessToken({ detail }: { detail: AccountDetail }) {
  const { obtained_at, expires_at, next_refresh_at, refreshable, status } = detail;
  const now = useNow(next_refresh_at, expires_at);
  const over = expires_at !== null && expires_at <= now;
  const stops: Stop[] = [
    { at: obtained_at, name: "Obtained", when: shortMoment(obtained_at, now), kind: "done" },
  ];
  if (!over) {
    stops.push({ at: now, name: "Now", when: shortMoment(now, now), kind: "now" });
  }
  const refreshes = status !== "needs_relink" && next_refresh_at !== null && next_refresh_at > now;
  if (refreshes && (expires_at === null || next_refresh_at < expires_at)) {
    stops.push({
      at: next_refresh_at,
      name: "Refreshes",
      when: shortMoment(next_refresh_at, now),
      kind: "next",
    });
  }
  if (expires_at !== null) {
    const name = over ? "Expired" : "Expires";
    stops.push({ at: expires_at, name, when: shortMoment(expires_at, now), kind: over ? "dead" : "end" });
  }
  return (
    <section className={styles.section}>
      <h2>This access token</h2>
      {expires_at === null ? (
        <p className={styles.words}>
          Obtained {shortMoment(obtained_at, now)}. The provider does not say when it ends.
        </p>
      ) : (
        <Belt
          sentence={sentence("This access token", stops)}
          stops={stops}
          tone={over ? "gone" : status === "expiring" && !refreshable ? "warn" : "ok"}
        />
      )}
      {detail.token_type && (
        <p className={styles.words}>
          Type <code>{visible(detail.token_type)}</code>
        </p>
      )}
    </section>
  );
}

function RefreshToken({ detail, provider }: { detail: AccountDetail; provider: string }) {
  const { linked_at, obtained_at, refreshable, grant_expires_at, grant_expiry_source, last_error } = detail;
  const now = useNow();
  // OAuth 1 renews by a session (OAuth Session 1.0), and has no refresh tokens.
  const means = detail.protocol === "oauth1" ? "session" : "refresh token";
  if (!refreshable) {
    return (
      <section className={styles.section}>
        <h2>No {means} behind it</h2>
        <p className={styles.words}>
          {provider} gave none, so Keybelt cannot renew this one. Linking again takes one sign-in.
        </p>
      </section>
    );
  }
  const ended = detail.status === "needs_relink" ? (last_error?.at ?? now) : null;
  const stops: Stop[] = [{ at: linked_at, name: "Linked", when: day(linked_at, now), kind: "done" }];
  if (ended !== null) {
    stops.push({ at: ended, name: `Ended by ${provider}`, when: shortMoment(ended, now), kind: "dead" });
    stops.push({ at: Math.max(now, ended + 1), name: "Now", when: shortMoment(now, now), kind: "now" });
  } else if (grant_expires_at !== null) {
    stops.push({ at: obtained_at, name: "Last used", when: shortMoment(obtained_at, now), kind: "used" });
    stops.push({ at: grant_expires_at, name: "Ends", when: shortMoment(grant_expires_at, now), kind: "end" });
  }
  return (
    <section className={styles.section}>
      <h2>The {means} behind it</h2>
      {stops.length > 1 ? (
        <Belt
          sentence={sentence(`The ${means}`, stops)}
          stops={stops}
          tone={ended === null ? "ok" : "gone"}
          forecastFrom={ended === null ? obtained_at : undefined}
        />
      ) : (
        <p className={styles.words}>
          Linked {shortMoment(linked_at, now)}, last used {shortMoment(obtained_at, now)}.
        </p>
      )}
      {ended === null && (
        <p className={styles.words}>{forecast(provider, grant_expires_at, grant_expiry_source)}</p>
      )}
    </section>
  );
}

function forecast(provider: string, at: number | null, source: string | null): string {
  if (at === null) {
    return `${provider} does not say when it ends.`;
  }
  return source === "provider"
    ? `${provider} says when it ends.`
    : `A forecast, from what is known of ${provider}.`;
}

function sentence(what: string, stops: Stop[]): string {
  return `${what}: ${stops.map(({ name, when }) => `${name.toLowerCase()} ${when}`).join(", ")}.`;
}
