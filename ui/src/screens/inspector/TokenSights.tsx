import { useState } from "react";
import type { HeldAgainst } from "../../bindings/HeldAgainst";
import type { Inspection } from "../../bindings/Inspection";
import { CheckList } from "../../parts/CheckList";
import { ClaimRow } from "../../parts/ClaimRow";
import { type ClaimView, ClaimViews } from "../../parts/ClaimViews";
import { Disclosed } from "../../parts/Disclosed";
import { JsonWell } from "../../parts/JsonWell";
import { useNow } from "../../parts/useNow";
import { type Claim, explained } from "../../words/claims";
import { asText, code } from "../../words/claimValues";
import { headerLabel, verdictOf } from "../../words/pasted";
import styles from "./TokenSights.module.css";
import { VerdictNote } from "./VerdictNote";

type TokenSightsProps = { inspection: Inspection; against: HeldAgainst | null };

/** A token: what it comes to, its header, its claims, its checks. */
export function TokenSights({ inspection, against }: TokenSightsProps) {
  const { header, claims, checks } = inspection;
  const now = useNow();
  const made = checks.filter(({ outcome }) => outcome !== "skip");
  const skipped = checks.filter(({ outcome }) => outcome === "skip");
  return (
    <>
      <VerdictNote verdict={verdictOf(inspection, against, now)} />
      {header && <Header header={header} />}
      {claims && <Claims claims={claims} inspection={inspection} />}
      <section aria-label="Checks">
        <div className={styles.head}>
          <h2 className={styles.title} data-part="signature">
            Checks
          </h2>
        </div>
        <CheckList checks={made} columns />
        {skipped.length > 0 && (
          <Disclosed
            plain
            title={
              skipped.length === 1
                ? "One check was not made"
                : `${skipped.length} checks were not made, and why`
            }
          >
            <CheckList checks={skipped} columns />
          </Disclosed>
        )}
      </section>
    </>
  );
}

function Header({ header }: { header: Record<string, unknown> }) {
  const rows: Claim[] = Object.entries(header).map(([key, value]) => ({
    key,
    label: headerLabel(key),
    meaning: null,
    value: code(value),
    raw: null,
    copy: asText(value),
  }));
  return (
    <section aria-label="Header">
      <div className={styles.head}>
        <h2 className={styles.title} data-part="header">
          Header
        </h2>
      </div>
      <dl className={styles.rows}>
        {rows.map((row) => (
          <ClaimRow key={row.key} claim={row} tight />
        ))}
      </dl>
    </section>
  );
}

type ClaimsProps = { claims: Record<string, unknown>; inspection: Inspection };

function Claims({ claims, inspection: { checks } }: ClaimsProps) {
  const [view, setView] = useState<ClaimView>("explained");
  const failed = checks.filter(({ outcome }) => outcome === "fail").map(({ check }) => check);
  const count = Object.keys(claims).length;
  return (
    <section aria-label="Claims">
      <div className={styles.head}>
        <h2 className={styles.title} data-part="claims">
          Claims <span className={styles.count}>{count}</span>
        </h2>
        <ClaimViews shown={view} onShow={setView} />
      </div>
      {view === "raw" ? (
        <JsonWell caption="Claims, in the order in which they stand" value={claims} what="the claims" />
      ) : (
        <dl className={styles.rows}>
          {inOrder(claims).map(({ claim, own }) => (
            <ClaimRow
              key={claim.key}
              claim={claim}
              tight
              note={own ? "not a standard claim" : null}
              bad={failed.includes(claim.key)}
            />
          ))}
        </dl>
      )}
    </section>
  );
}

const FIRST = ["iss", "sub", "aud", "exp", "iat", "nbf"];

/** Whose it is first, then the rest by their groups; what no standard knows comes last. */
function inOrder(claims: Record<string, unknown>): { claim: Claim; own: boolean }[] {
  const place = (key: string) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return explained(claims, { provider: "its issuer" })
    .flatMap(({ about, claims: rows }) => rows.map((claim) => ({ claim, own: about !== null })))
    .sort((a, b) => place(a.claim.key) - place(b.claim.key));
}
