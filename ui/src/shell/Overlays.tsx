import { useNavigation } from "../navigation";
import { CopyTokenDialog } from "../screens/accounts/CopyTokenDialog";
import { RenameDialog } from "../screens/accounts/RenameDialog";
import { UnlinkDialog } from "../screens/accounts/UnlinkDialog";
import { UnlinkSeveralDialog } from "../screens/accounts/UnlinkSeveralDialog";
import { Palette } from "../screens/palette/Palette";
import { ExportDialog } from "../screens/profiles/ExportDialog";
import { ImportDialog } from "../screens/profiles/ImportDialog";
import { ProfileSheet } from "../screens/profiles/ProfileSheet";
import { BackUpDialog } from "../screens/settings/BackUpDialog";
import { RekeyDialog } from "../screens/settings/RekeyDialog";
import { RestoreDialog } from "../screens/settings/RestoreDialog";

/** The dialog that is open, if one is. */
export function Overlays() {
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
