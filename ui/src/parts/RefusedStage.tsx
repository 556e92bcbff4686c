import type { ReactNode } from "react";
import type { Failure } from "../bindings/Failure";
import { failureWords } from "../words/failures";
import { Button } from "./Button";
import { Actions, Stage } from "./Stage";

type RefusedStageProps = {
  failure: Failure;
  /** Above the title. */
  sign?: ReactNode;
  onRetry: () => void;
};

/** In the place of what could not be read: why, and another try. */
export function RefusedStage({ failure, sign, onRetry }: RefusedStageProps) {
  return (
    <Stage
      sign={sign}
      title={failureWords(failure, "The provider").title}
      lead={`${failure.message} ${failure.hint}`}
      assertive
    >
      <Actions>
        <Button look="primary" icon="refresh" onPress={onRetry}>
          Try again
        </Button>
      </Actions>
    </Stage>
  );
}
