import { useNavigation } from "../navigation";
import { AccountsScreen } from "../screens/accounts/AccountsScreen";
import { AddAccountScreen } from "../screens/addAccount/AddAccountScreen";
import { LinkingScreen, RefusedScreen } from "../screens/linking/LinkingScreen";
import { ProfilesScreen } from "../screens/profiles/ProfilesScreen";
import { RequestScreen } from "../screens/request/RequestScreen";

/** What stands beside the sidebar. */
export function PlaceScreen() {
  const { place } = useNavigation();
  switch (place.at) {
    case "accounts":
      return <AccountsScreen />;
    case "request":
      return <RequestScreen />;
    case "profiles":
      return <ProfilesScreen />;
    case "add":
      return <AddAccountScreen />;
    case "link":
      return <LinkingScreen key={place.linking.id} linking={place.linking} ask={place.ask} />;
    case "refused":
      return <RefusedScreen failure={place.failure} ask={place.ask} />;
    default:
      return place satisfies never;
  }
}
