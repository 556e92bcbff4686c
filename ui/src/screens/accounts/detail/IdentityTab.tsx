import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AccountDetail } from "../../../bindings/AccountDetail";
import { ClaimRow } from "../../../parts/ClaimRow";
import { type ClaimView, ClaimViews } from "../../../parts/ClaimViews";
import { JsonWell } from "../../../parts/JsonWell";
import { profile } from "../../../queries/profiles";
import { type Around, explained } from "../../../words/claims";
import { knownMembers } from "../../../words/userinfoMap";
import { IdentityCard } from "./IdentityCard";
import styles from "./IdentityTab.module.css";

/** Who was linked, how that is known, and every claim with its meaning. */
export function IdentityTab({ detail, provider }: { detail: AccountDetail; provider: string }) {
  const [view, setView] = useState<ClaimView>("explained");
  const signed = detail.claims ?? {};
  const told = withoutKnown(detail.userinfo ?? {}, signed);
  const none = Object.keys(signed).length + Object.keys(told).length === 0;
  return (
    <>
      <IdentityCard detail={detail} provider={provider} />
      {none ? (
        <p className={styles.nothing}>
          {provider} says nothing about who you are; the token alone is what it gave.
        </p>
      ) : (
        <>
          <div className={styles.head}>
            <h2>What {provider} says about you</h2>
            <ClaimViews shown={view} onShow={setView} />
          </div>
          {view === "raw" ? (
            <Raw detail={detail} />
          ) : (
            <>
              <Claims claims={signed} around={{ provider, checks: detail.checks }} />
              {Object.keys(told).length > 0 && detail.claims !== null && (
                <h2 className={styles.second}>What its userinfo adds, unsigned</h2>
              )}
              <Told claims={told} detail={detail} provider={provider} />
            </>
          )}
        </>
      )}
    </>
  );
}

/** What userinfo says beyond the signed claims; what both say is shown once, as signed. */
function withoutKnown(
  told: Record<string, unknown>,
  signed: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(told).filter(
      ([key, value]) => !Object.hasOwn(signed, key) || JSON.stringify(signed[key]) !== JSON.stringify(value),
    ),
  );
}

type ToldProps = { claims: Record<string, unknown>; detail: AccountDetail; provider: string };

/** An API that is not OpenID Connect's has names of its own, of which the profile knows some. */
function Told({ claims, detail, provider }: ToldProps) {
  const { data } = useQuery({ ...profile(detail.profile), enabled: detail.protocol !== "oidc" });
  const known = data ? knownMembers(data.settings) : {};
  return <Claims claims={claims} around={{ provider, known }} />;
}

function Claims({ claims, around }: { claims: Record<string, unknown>; around: Around }) {
  return explained(claims, around).map(({ title, about, claims: rows }) => (
    <section key={title} className={styles.group} aria-label={title}>
      <h3>{title}</h3>
      {about && <p className={styles.about}>{about}</p>}
      <dl>
        {rows.map((claim) => (
          <ClaimRow key={claim.key} claim={claim} />
        ))}
      </dl>
    </section>
  ));
}

function Raw({ detail }: { detail: AccountDetail }) {
  return (
    <div className={styles.raw}>
      {detail.claims && <JsonWell caption="ID token, claims" value={detail.claims} what="the claims" />}
      {detail.userinfo && <JsonWell caption="Userinfo" value={detail.userinfo} what="the userinfo" />}
      <p className={styles.order}>In the order in which it was sent.</p>
    </div>
  );
}
