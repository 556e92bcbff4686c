//! What a person sees from the link to the last tab, in light and dark, large and small. The pictures are test output, to
//! be looked at; what a machine can judge of them is asserted.

use keybelt_test_support::{Home, Provider};

use crate::authorization::link_at_oidc_provider;
use crate::placement::{arrange, stands};
use crate::program::{Window, press_keys_on_page, wait_until_page_is_drawn};
use crate::{add_work, home};

/// A home with the profile `work` at npm's `oidc-provider`.
fn home_at(provider: &Provider) -> Home {
    let home = home();
    let scope = ["--scope", "openid email profile address phone"];
    add_work(&home, provider.issuer(), "public", &scope);
    home
}

/// Nothing runs out of the window sideways, and the colours are those of the desktop.
async fn fits(window: &Window, dark: bool) {
    let is_dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
    assert_eq!(window.script(is_dark).await, dark);
    let wide = "return document.documentElement.scrollWidth > innerWidth";
    assert_eq!(window.script(wide).await, false);
    let lightness = "const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); \
                     return r + g + b < 384";
    assert_eq!(window.script(lightness).await, dark);
}

async fn walk(window: &Window, home: &Home, look: &str, dark: bool) {
    let picture = async |name: &str| {
        fits(window, dark).await;
        window.picture(&format!("{look}-{name}")).await;
    };
    link_at_oidc_provider(window).await;
    wait_until_page_is_drawn().await;
    window.picture(&format!("{look}-authorization")).await;
    press_keys_on_page(&["Tab", "a", "d", "a", "Return"]).await;
    window.turn_to_main().await;
    window.see("is linked").await;
    window.wait_until_alone().await;
    picture("linked").await;
    window.press("Open the account").await;
    for (tab, sight) in [
        ("Identity", "Signed by 127.0.0.1"),
        ("Checks", "checks that apply passed"),
        ("Token", "This access token"),
        ("Hand over", "KEYBELT_TOKEN"),
    ] {
        window.press(tab).await;
        window.see(sight).await;
        picture(&tab.to_lowercase().replace(' ', "-")).await;
    }
    for place in ["Profiles", "API request", "Accounts"] {
        window.press(place).await;
        picture(&place.to_lowercase().replace(' ', "-")).await;
    }
    assert_eq!(home.json(&["list"]).ok().json()[0]["subject"], "ada");
}

#[tokio::test]
async fn from_the_link_to_the_last_tab_in_the_light() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let window = Window::open(&home).await;
    walk(&window, &home, "light", false).await;
    window.close().await;
}

#[tokio::test]
async fn from_the_link_to_the_last_tab_in_the_dark_and_small() {
    let provider = Provider::oidc_provider(&["work"]);
    let home = home_at(&provider);
    let window = Window::open_in_the_dark(&home).await;
    window.see("No accounts").await;
    arrange((720, 560), (0, 0));
    stands(&window, [720, 560, 0, 0]).await;
    walk(&window, &home, "dark", true).await;
    window.close().await;
}
