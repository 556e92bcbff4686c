use keybelt_core::Keybelt;
use keybelt_core::practice::{PracticeOptions, start};
use serde_json::json;

use crate::arguments::PracticeArguments;
use crate::fault::{Ended, Fault};
use crate::output::Output;

/// `keybelt practice`: serves until it is interrupted.
pub async fn practice(
    keybelt: &Keybelt,
    arguments: &PracticeArguments,
    output: &Output,
) -> Result<Ended, Fault> {
    let options = PracticeOptions {
        port: arguments.port,
        auto: arguments.auto,
        token_life: arguments.token_life,
    };
    let practice = start(keybelt, options).await?;
    output.event(&json!({ "event": "ready", "issuer": practice.issuer, "client_id": practice.client_id }))?;
    if !output.is_json() {
        let elsewhere = if arguments.port.is_some() {
            format!(" --set issuer={0} --set api_base_url={0}/api", practice.issuer)
        } else {
            String::new()
        };
        output.note(&format!(
            "The practice provider runs until you press Ctrl-C. In another terminal:\n\
             \x20 keybelt profile add practice --provider practice{elsewhere}\n\
             \x20 keybelt link practice"
        ));
    }
    practice.run().await;
    Ok(Ended::Done)
}
