import { Suspense } from "react";
import { useNavigation } from "../navigation";
import { later } from "../parts/later";
import { AccountsScreen } from "../screens/accounts/AccountsScreen";

const ActivityScreen = later(() => import("./rest").then((its) => its.ActivityScreen));
const AddAccountScreen = later(() => import("./rest").then((its) => its.AddAccountScreen));
const InspectorScreen = later(() => import("./rest").then((its) => its.InspectorScreen));
const LinkingScreen = later(() => import("./rest").then((its) => its.LinkingScreen));
const RefusedScreen = later(() => import("./rest").then((its) => its.RefusedScreen));
const ProfilesScreen = later(() => import("./rest").then((its) => its.ProfilesScreen));
const RequestScreen = later(() => import("./rest").then((its) => its.RequestScreen));
const SettingsScreen = later(() => import("./rest").then((its) => its.SettingsScreen));

/** What stands beside the sidebar. */
export function PlaceScreen() {
  return (
    <Suspense>
      <Placed />
    </Suspense>
  );
}

function Placed() {
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
