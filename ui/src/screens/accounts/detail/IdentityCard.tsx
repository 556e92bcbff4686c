import type { AccountDetail } from "../../../bindings/AccountDetail";
import type { CheckRecord } from "../../../bindings/CheckRecord";
import { useNavigation } from "../../../navigation";
import { Button } from "../../../parts/Button";
import { CopyButton } from "../../../parts/CopyButton";
import { Icon } from "../../../parts/Icon";
import { ProviderText } from "../../../parts/ProviderText";
import { momentAt, secondsNow } from "../../../words/time";
import styles from "./IdentityCard.module.css";

/** Who it is, who says so, and which checks were made of that. */
export function IdentityCard({ detail, provider }: { detail: AccountDetail; provider: string }) {
  const { setTab } = useNavigation();
  const failed = detail.checks.some(({ outcome }) => outcome === "fail");
  const signed = detail.claims !== null && !failed;
  const title = failed
    ? `A check of ${provider}’s identity failed`
    : signed
      ? `Signed by ${provider}, checked here`
      : `As told by ${provider}’s API; not signed`;
  return (
    <section className={styles.card} data-state={failed ? "failed" : signed ? "signed" : "told"}>
      <div className={styles.verdict}>
        <Icon name={failed ? "shieldX" : signed ? "shieldCheck" : "info"} size={20} />
        <div className={styles.words}>
          <h2>{title}</h2>
          {detail.checks.length > 0 && <Checks checks={detail.checks} at={detail.checked_at} />}
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

/** How many were made, and when. */
function Checks({ checks, at }: { checks: CheckRecord[]; at: number | null }) {
  const of = (outcome: CheckRecord["outcome"]) => checks.filter((check) => check.outcome === outcome).length;
  const [passed, failed] = [of("pass"), of("fail")];
  return (
    <p className={styles.when}>
      {failed > 0 ? `${failed} of ${failed + passed} checks failed` : `${passed} checks passed`}
      {at !== null && `, ${momentAt(at, secondsNow())}`}
    </p>
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
