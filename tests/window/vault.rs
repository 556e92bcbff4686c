//! The vault in the window: made with a passphrase, locked, unlocked.

use keybelt_test_support::{Home, Session};

use crate::cli;
use crate::program::Window;

#[tokio::test]
async fn a_vault_with_a_passphrase_is_made_locked_and_unlocked() {
    let session = Session::without_keyring();
    let home = Home::in_session(&cli(), &session);
    let window = Window::open(&home).await;
    window.press("Use a passphrase instead…").await;
    window.fill("Passphrase", "an honest passphrase").await;
    window.fill("The same again", "an honest passphrase").await;
    window.press("Make the vault").await;
    window.press("Lock the vault").await;
    window.see("Your vault is locked").await;
    window.picture("locked").await;
    window.fill("Passphrase", "another one").await;
    window.press("Unlock").await;
    window.see("That is not the passphrase").await;
    window.fill("Passphrase", "an honest passphrase").await;
    window.press("Unlock").await;
    window.press("Accounts").await;
    window.see("No accounts").await;
    assert!(!window.said().contains("an honest passphrase"));
    window.close().await;
}
