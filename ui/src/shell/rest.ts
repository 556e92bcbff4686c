/** Everything that the first paint does without, in one piece: see `later`. */

export { CopyTokenDialog } from "../screens/accounts/CopyTokenDialog";
export { RenameDialog } from "../screens/accounts/RenameDialog";
export { UnlinkDialog } from "../screens/accounts/UnlinkDialog";
export { UnlinkSeveralDialog } from "../screens/accounts/UnlinkSeveralDialog";
export { ActivityScreen } from "../screens/activity/ActivityScreen";
export { AddAccountScreen } from "../screens/addAccount/AddAccountScreen";
export { FirstLaunchScreen } from "../screens/firstLaunch/FirstLaunchScreen";
export { InspectorScreen } from "../screens/inspector/InspectorScreen";
export { LinkingScreen, RefusedScreen } from "../screens/linking/LinkingScreen";
export { LockedScreen } from "../screens/locked/LockedScreen";
export { Palette } from "../screens/palette/Palette";
export { ExportDialog } from "../screens/profiles/ExportDialog";
export { ImportDialog } from "../screens/profiles/ImportDialog";
export { ProfileSheet } from "../screens/profiles/ProfileSheet";
export { ProfilesScreen } from "../screens/profiles/ProfilesScreen";
export { RequestScreen } from "../screens/request/RequestScreen";
export { BackUpDialog } from "../screens/settings/BackUpDialog";
export { RekeyDialog } from "../screens/settings/RekeyDialog";
export { RestoreDialog } from "../screens/settings/RestoreDialog";
export { SettingsScreen } from "../screens/settings/SettingsScreen";
