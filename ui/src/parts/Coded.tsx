import { visible } from "../words/providerText";

/** Words of Rust's, in which what stands between backticks is for machines. */
export function Coded({ children }: { children: string }) {
  return visible(children)
    .split("`")
    .map((part, at) =>
      at % 2 === 1 ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence, which never move.
        <code key={at}>{part}</code>
      ) : (
        part
      ),
    );
}
