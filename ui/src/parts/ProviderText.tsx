import { useState } from "react";
import { shortened, visible } from "../words/providerText";
import { Button } from "./Button";

/** Text from a provider: never markup, its direction kept to itself, its length bounded. */
export function ProviderText({ children, code }: { children: string; code?: boolean }) {
  const [whole, setWhole] = useState(false);
  const seen = visible(children);
  const { text, more } = shortened(seen);
  const shown = whole ? seen : text;
  return (
    <>
      {code ? <code dir="auto">{shown}</code> : <bdi>{shown}</bdi>}
      {more && !whole && (
        <>
          {" "}
          <Button look="text" onPress={() => setWhole(true)}>
            more
          </Button>
        </>
      )}
    </>
  );
}
