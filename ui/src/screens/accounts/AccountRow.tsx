import type { Account } from "../../bindings/Account";
import { useLinking } from "../../linking";
import { Button } from "../../parts/Button";
import { useNow } from "../../parts/useNow";
import { useSaidName } from "../../queries/profiles";
import { AccountLine, AttentionLine } from "./AccountLine";

type AccountRowProps = {
  account: Account;
  provider: string;
  /** What is searched for. */
  query?: string;
};

/** An account's line, with what can be done about it. */
export function AccountRow({ account, provider, query = "" }: AccountRowProps) {
  return (
    <AccountLine
      account={account}
      provider={provider}
      query={query}
      attention={<Attention account={account} label={provider} />}
    />
  );
}

function Attention({ account, label }: { account: Account; label: string }) {
  const now = useNow(account.expires_at);
  const { again, starting } = useLinking();
  return (
    <AttentionLine
      account={account}
      said={useSaidName(account, label)}
      now={now}
      action={
        <Button look="text" isDisabled={starting} onPress={() => again(account)}>
          Link again
        </Button>
      }
    />
  );
}
