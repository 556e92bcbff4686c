import { Suspense } from "react";
import { useNavigation } from "../navigation";
import { later } from "../parts/later";

const CopyTokenDialog = later(() => import("./rest").then((its) => its.CopyTokenDialog));
const RenameDialog = later(() => import("./rest").then((its) => its.RenameDialog));
const UnlinkDialog = later(() => import("./rest").then((its) => its.UnlinkDialog));
const UnlinkSeveralDialog = later(() => import("./rest").then((its) => its.UnlinkSeveralDialog));
const Palette = later(() => import("./rest").then((its) => its.Palette));
const ExportDialog = later(() => import("./rest").then((its) => its.ExportDialog));
const ImportDialog = later(() => import("./rest").then((its) => its.ImportDialog));
const ProfileSheet = later(() => import("./rest").then((its) => its.ProfileSheet));
const BackUpDialog = later(() => import("./rest").then((its) => its.BackUpDialog));
const RekeyDialog = later(() => import("./rest").then((its) => its.RekeyDialog));
const RestoreDialog = later(() => import("./rest").then((its) => its.RestoreDialog));

/** The dialog that is open, if one is. */
export function Overlays() {
  return (
    <Suspense>
      <Overlaid />
    </Suspense>
  );
}

function Overlaid() {
  const { overlay } = useNavigation();
  switch (overlay?.kind) {
    case undefined:
      return null;
    case "palette":
      return <Palette />;
    case "rename":
      return <RenameDialog name={overlay.account} />;
    case "unlink":
      return <UnlinkDialog name={overlay.account} />;
    case "unlinkSeveral":
      return <UnlinkSeveralDialog names={overlay.accounts} />;
    case "profile":
      return <ProfileSheet key={overlay.profile} name={overlay.profile} />;
    case "importProfiles":
      return <ImportDialog />;
    case "exportProfiles":
      return <ExportDialog />;
    case "rekey":
      return <RekeyDialog to={overlay.to} />;
    case "backUp":
      return <BackUpDialog />;
    case "restore":
      return <RestoreDialog />;
    case "copyToken":
      return <CopyTokenDialog name={overlay.account} />;
    default:
      return overlay satisfies never;
  }
}
