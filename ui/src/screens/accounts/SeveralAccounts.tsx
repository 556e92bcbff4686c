import type { Account } from "../../bindings/Account";
import { useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Actions, Stage } from "../../parts/Stage";
import { useRefreshAccount } from "../../queries/accounts";
import { numberWord } from "../../words/numbers";
import { needsPerson } from "../../words/standing";
import { enumerated, whoIs } from "../../words/who";

/** Several accounts are chosen: what can be done with all of them. */
export function SeveralAccounts({ accounts }: { accounts: Account[] }) {
  const { open } = useNavigation();
  const { oneByOne, starting } = useLinking();
  const refresh = useRefreshAccount();
  const needing = accounts.filter(needsPerson);
  const refreshable = accounts.filter((account) => account.refreshable && !needsPerson(account));
  const names = accounts.map(({ name }) => name);
  const refreshAll = async () => {
    for (const { name } of refreshable) {
      // What did not work is told by the account's own row.
      await refresh.mutateAsync(name).catch(() => null);
    }
  };
  return (
    <Stage title={`${accounts.length} accounts chosen`} lead={leadOf(accounts, needing)} centred>
      <Actions centred>
        {needing.length > 0 && (
          <Button look="primary" isPending={starting} onPress={() => oneByOne(needing)}>
            {linkWords(needing.length, accounts.length)}
          </Button>
        )}
        {refreshable.length > 0 && (
          <Button icon="refresh" isPending={refresh.isPending} onPress={refreshAll}>
            {`Refresh ${refreshable.length} now`}
          </Button>
        )}
        <Button onPress={() => open({ kind: "unlinkSeveral", accounts: names })}>Unlink…</Button>
      </Actions>
      {refresh.error && <FailureNote failure={refresh.error} />}
    </Stage>
  );
}

function leadOf(accounts: Account[], needing: Account[]): string {
  if (needing.length === 0) {
    return enumerated(accounts.map(whoIs));
  }
  const each = needing.length === 1 ? "needs" : "each need";
  return `${enumerated(needing.map(whoIs))} ${each} a new sign-in.`;
}

function linkWords(needing: number, all: number): string {
  if (needing === 1) {
    return "Link it again";
  }
  return `Link ${needing === all ? "all" : "those"} ${numberWord(needing)}, one by one`;
}
