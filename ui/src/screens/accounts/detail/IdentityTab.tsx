import { useState } from "react";
import type { AccountDetail } from "../../../bindings/AccountDetail";
import { useNavigation } from "../../../navigation";
import { Button } from "../../../parts/Button";
import { CodeWell } from "../../../parts/CodeWell";
import { CopyButton } from "../../../parts/CopyButton";
import { Icon } from "../../../parts/Icon";
import { ProviderText } from "../../../parts/ProviderText";
import { Segmented } from "../../../parts/Segmented";
import { explained } from "../../../words/claims";
import { signerName } from "../../../words/providers";
import { visible } from "../../../words/providerText";
import { momentAt, secondsNow } from "../../../words/time";
import { ClaimRow } from "./ClaimRow";
import styles from "./IdentityTab.module.css";

/** Who was linked, how that is known, and every claim with its meaning. */
export function IdentityTab({ detail, provider }: { detail: AccountDetail; provider: string }) {
  const [view, setView] = useState<"explained" | "raw">("explained");
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
            <Segmented
              label="Show claims"
              choices={[
                { id: "explained", text: "Explained" },
                { id: "raw", text: "Raw" },
              ]}
              chosen={view}
              onChoose={setView}
            />
          </div>
          {view === "raw" ? (
            <Raw detail={detail} />
          ) : (
            <>
              <Claims claims={signed} provider={provider} />
              {Object.keys(told).length > 0 && detail.claims !== null && (
                <h2 className={styles.second}>What its userinfo adds</h2>
              )}
              <Claims claims={told} provider={provider} />
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

function IdentityCard({ detail, provider }: { detail: AccountDetail; provider: string }) {
  const { setTab } = useNavigation();
  const passed = detail.checks.filter(({ outcome }) => outcome === "pass").length;
  const failed = detail.checks.some(({ outcome }) => outcome === "fail");
  const signed = detail.claims !== null && !failed;
  const title = failed
    ? `A check of ${provider}’s identity failed`
    : signed
      ? `Signed by ${visible(signerName(detail, provider))}, checked here`
      : `As told by ${provider}’s API; not signed`;
  return (
    <section className={styles.card} data-state={failed ? "failed" : signed ? "signed" : "told"}>
      <div className={styles.verdict}>
        <Icon name={failed ? "shieldX" : signed ? "shieldCheck" : "info"} size={20} />
        <div className={styles.verdictWords}>
          <h2>{title}</h2>
          {detail.checks.length > 0 && (
            <p className={styles.when}>
              {passed} checks passed, {momentAt(detail.obtained_at, secondsNow())}
            </p>
          )}
        </div>
        {detail.checks.length > 0 && (
          <Button look="text" onPress={() => setTab("checks")}>
            See the checks
          </Button>
        )}
      </div>
      <dl className={styles.facts}>
        {detail.issuer && <Fact name="Issuer" value={detail.issuer} />}
        {detail.subject && <Fact name="Subject" value={detail.subject} />}
        <Fact name="Account" value={detail.name} />
      </dl>
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>
        <span className={styles.value}>
          <ProviderText code>{value}</ProviderText>
        </span>
        <CopyButton text={value} what={name.toLowerCase()} />
      </dd>
    </div>
  );
}

function Claims({ claims, provider }: { claims: Record<string, unknown>; provider: string }) {
  return explained(claims, provider).map(({ title, claims: rows }) => (
    <section key={title} className={styles.group} aria-label={title}>
      <h3>{title}</h3>
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
      {detail.claims && (
        <CodeWell
          caption="ID token, claims"
          code={JSON.stringify(detail.claims, null, 2)}
          what="the claims"
        />
      )}
      {detail.userinfo && (
        <CodeWell caption="Userinfo" code={JSON.stringify(detail.userinfo, null, 2)} what="the userinfo" />
      )}
    </div>
  );
}
