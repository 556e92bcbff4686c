import type { Pasted } from "../../bindings/Pasted";
import { likenessWords } from "../../words/pasted";
import { AnswerSights } from "./AnswerSights";
import { KeySights } from "./KeySights";
import { TokenSights } from "./TokenSights";
import { VerdictNote } from "./VerdictNote";

type SightsProps = { pasted: Pasted; onLookInto: (member: string) => void };

/** What is to be seen in what was pasted. */
export function Sights({ pasted, onLookInto }: SightsProps) {
  switch (pasted.kind) {
    case "token":
      return <TokenSights inspection={pasted.inspection} against={pasted.against} />;
    case "keys":
      return <KeySights keys={pasted.keys} />;
    case "answer":
      return <AnswerSights tokens={pasted.tokens} members={pasted.members} onLookInto={onLookInto} />;
    case "other": {
      const { title, lead } = likenessWords(pasted.looks);
      return <VerdictNote verdict={{ tone: "neutral", title, lead }} />;
    }
    default:
      return pasted satisfies never;
  }
}
