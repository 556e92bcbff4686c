import { useNavigation } from "../navigation";
import { AccountsScreen } from "../screens/accounts/AccountsScreen";
import { ActivityScreen } from "../screens/activity/ActivityScreen";
import { AddAccountScreen } from "../screens/addAccount/AddAccountScreen";
import { InspectorScreen } from "../screens/inspector/InspectorScreen";
import { LinkingScreen, RefusedScreen } from "../screens/linking/LinkingScreen";
import { ProfilesScreen } from "../screens/profiles/ProfilesScreen";
import { RequestScreen } from "../screens/request/RequestScreen";
import { SettingsScreen } from "../screens/settings/SettingsScreen";

/** What stands beside the sidebar. */
export function PlaceScreen() {
  const { place } = useNavigation();
  switch (place.at) {
    case "accounts":
      return <AccountsScreen />;
    case "activity":
      return <ActivityScreen />;
    case "inspector":
      return <InspectorScreen />;
    case "request":
      return <RequestScreen />;
    case "profiles":
      return <ProfilesScreen />;
    case "settings":
      return <SettingsScreen />;
    case "add":
      return <AddAccountScreen key={place.query} sought={place.query} wanted={place.for} />;
    case "link":
      return <LinkingScreen key={place.linking.id} linking={place.linking} ask={place.ask} />;
    case "refused":
      return <RefusedScreen failure={place.failure} ask={place.ask} />;
    default:
      return place satisfies never;
  }
}
