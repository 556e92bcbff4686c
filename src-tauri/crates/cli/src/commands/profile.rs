use keybelt_contract::{Layer, Profile, Renamed};
use keybelt_core::{AskedSettings, Keybelt, profiles, providers};
use keybelt_primitives::text::visible;
use serde_json::json;

use crate::arguments::{ProfileCommand, ProviderCommand, SettingsArguments, WrittenForm};
use crate::fault::{Ended, Fault};
use crate::output::{Output, table};
use crate::passphrase::Unseen;
use crate::{describe, disclose, input, receiver, words};

const CLIENT_SECRET: Unseen = Unseen::Known("Client secret: ");

/// `keybelt profile …`
pub async fn run(keybelt: &Keybelt, command: &ProfileCommand, output: &Output) -> Result<Ended, Fault> {
    match command {
        ProfileCommand::Add { name, settings } => {
            let profile = profiles::add(
                keybelt,
                name.clone(),
                asked(keybelt, settings, &[], output).await?,
            )
            .await?;
            output.result(&profile, || {
                // The catalogue's own client is registered already.
                let is_registered = profile
                    .settings
                    .get("client_id")
                    .is_some_and(|setting| setting.layer == Layer::Catalogue);
                let next = if is_registered {
                    "Next:"
                } else {
                    "Register the redirect URI at the provider, then:"
                };
                let lacking = profiles::lacking(&profile);
                let next = if lacking.is_empty() {
                    format!("{next} keybelt link {}", profile.name)
                } else {
                    lacks("It", &profile, &lacking)
                };
                format!("{}\n\n{next}", describe::profile(output, &profile))
            })?;
        }
        ProfileCommand::Set {
            name,
            settings,
            unset,
        } => {
            let profile =
                profiles::set(keybelt, name, asked(keybelt, settings, unset, output).await?).await?;
            output.result(&profile, || describe::profile(output, &profile))?;
        }
        ProfileCommand::Rename { name, new } => {
            let profile = profiles::rename(keybelt, name, new).await?;
            output.result(&profile, || words::renamed(name, &profile.name))?;
        }
        ProfileCommand::Import { file, replace } => {
            let text = input::secret(file).await?;
            let imported = profiles::import(keybelt, text, *replace).await?;
            output.result(&imported, || match imported.is_empty() {
                true => "Nothing was imported: no profile stands in it.".to_owned(),
                false => describe::profiles(output, &imported),
            })?;
            if !output.is_json() {
                for profile in &imported {
                    let lacking = profiles::lacking(profile);
                    if !lacking.is_empty() {
                        output.note(&lacks(profile.name.as_str(), profile, &lacking));
                    }
                }
            }
        }
        ProfileCommand::Export {
            names,
            with_secrets,
            format,
        } => {
            if output.is_json() && *format != WrittenForm::Json {
                return Err(Fault::usage(
                    "--json prints JSON",
                    "leave out --json, or --format",
                ));
            }
            let receiver = with_secrets.then(receiver::of_standard_output);
            let exported = profiles::export(keybelt, names, (*format).into(), receiver.as_deref()).await?;
            for Renamed { name, key } in &exported.renamed {
                output.note(&format!(
                    "The redirect URIs of {name} end in {key}. Imported as {name} they will end in {name}: register those too, or import it as {key} and rename it there."
                ));
            }
            disclose::profiles(output, &exported.text)?;
        }
        ProfileCommand::List => {
            let all = profiles::list(keybelt).await?;
            output.result(&all, || describe::profiles(output, &all))?;
        }
        ProfileCommand::Show { name } => {
            let profile = profiles::show(keybelt, name).await?;
            output.result(&profile, || describe::profile(output, &profile))?;
        }
        ProfileCommand::PublicKey { name } => {
            let key = profiles::public_key(keybelt, name).await?;
            output.result(&key, || key.public_key.trim_end().to_owned())?;
        }
        ProfileCommand::Remove { name, unlink } => {
            profiles::remove(keybelt, name, *unlink).await?;
            output.result(&json!({}), || format!("{name} is removed"))?;
        }
    }
    Ok(Ended::Done)
}

async fn asked(
    keybelt: &Keybelt,
    arguments: &SettingsArguments,
    unset: &[String],
    output: &Output,
) -> Result<AskedSettings, Fault> {
    let rsa_key = match arguments.new_rsa_key {
        true => Some(profiles::new_rsa_key(keybelt).await?),
        false => input::secret_if(arguments.rsa_key_file.as_deref()).await?,
    };
    Ok(AskedSettings {
        unset: unset.to_vec(),
        from: input::secret_if(arguments.from.as_deref()).await?,
        set: arguments.set.clone(),
        provider: arguments.provider.clone(),
        issuer: arguments.issuer.clone(),
        client_id: arguments.client_id.clone(),
        client_secret: input::unseen_if(arguments.client_secret_file.as_deref(), CLIENT_SECRET, output)
            .await?,
        rsa_key,
        scope: arguments.scope.clone(),
        redirect_uri: arguments.redirect_uri.clone(),
    })
}

/// `keybelt provider …`
pub fn providers(command: &ProviderCommand, output: &Output) -> Result<Ended, Fault> {
    match command {
        ProviderCommand::List { search } => {
            let found = providers::list(search.as_deref());
            output.result(&found, || {
                let rows: Vec<_> = found
                    .iter()
                    .map(|provider| {
                        vec![
                            provider.id.clone(),
                            provider.name.clone(),
                            describe::protocol(provider.protocol).to_owned(),
                            provider.category.clone(),
                        ]
                    })
                    .collect();
                table(&rows)
            })?;
            if let (Some(word), true, false) = (search, found.is_empty(), output.is_json()) {
                output.note(&format!(
                    "No provider's id, name or category holds {}. Any other can be added by its issuer: keybelt profile add NAME --issuer URL",
                    visible(word)
                ));
            }
        }
        ProviderCommand::Show { id } => {
            let provider = providers::show(id)?;
            output.result(&provider, || describe::provider(output, &provider))?;
        }
    }
    Ok(Ended::Done)
}

/// What a profile that cannot be linked yet needs first.
fn lacks(subject: &str, profile: &Profile, keys: &[&str]) -> String {
    let name = &profile.name;
    let keys = keys.join(", ");
    let known = providers::show(name.as_str())
        .ok()
        .filter(|_| profile.provider.is_none());
    let way = match known {
        Some(found) => format!(
            "Keybelt knows a provider of that name: keybelt profile set {name} --provider {} --client-id ID",
            found.summary.id
        ),
        None => format!(
            "Set them: keybelt profile set {name} --set KEY=VALUE, or --issuer URL for what its metadata says"
        ),
    };
    format!("{subject} cannot be linked yet: it lacks {keys}.\n{way}")
}
