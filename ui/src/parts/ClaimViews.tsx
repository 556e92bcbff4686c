import { Segmented } from "./Segmented";

export type ClaimView = "explained" | "raw";

const VIEWS: { id: ClaimView; text: string }[] = [
  { id: "explained", text: "Explained" },
  { id: "raw", text: "Raw" },
];

/** Claims in words, or as they came. */
export function ClaimViews({ shown, onShow }: { shown: ClaimView; onShow: (view: ClaimView) => void }) {
  return <Segmented label="Show claims" choices={VIEWS} chosen={shown} onChoose={onShow} />;
}
