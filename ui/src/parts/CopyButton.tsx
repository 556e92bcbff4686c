import { useEffect, useState } from "react";
import { Button } from "./Button";
import { Hidden } from "./Hidden";
import { IconButton } from "./IconButton";

type CopyButtonProps = {
  text: string;
  what: string;
  words?: string;
  size?: "sm" | "md";
  look?: "plain" | "quiet";
};

const SHOWN_FOR = 1500;

/** Copies a value that is no secret, and says that it did. */
export function CopyButton({ text, what, words, size = "sm", look = "plain" }: CopyButtonProps) {
  const [state, setState] = useState<"rest" | "done" | "refused">("rest");
  useEffect(() => {
    if (state === "rest") {
      return;
    }
    const timer = setTimeout(() => setState("rest"), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState("done"),
      () => setState("refused"),
    );
  const icon = ({ rest: "copy", done: "check", refused: "x" } as const)[state];
  const said = { rest: "", done: "Copied", refused: "Not copied" }[state];
  return (
    <>
      {words ? (
        <Button look={look} size={size} icon={icon} onPress={copy} aria-label={`${words}: ${what}`}>
          {said || words}
        </Button>
      ) : (
        <IconButton icon={icon} label={`Copy ${what}`} onPress={copy} />
      )}
      <Hidden live>{said}</Hidden>
    </>
  );
}
