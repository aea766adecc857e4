//! What the centre tells and asks others: networks that webhooks may go to, and where else people sign in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bell_types::Cidr;
use serde::Deserialize;
use toml::Spanned;

use super::build::Build;
use super::crm::Crm;
use super::values::Secret;

/// What the centre tells and asks others.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outgoing {
    /// Networks inside that webhooks may go to, and where the system of customers may be; none if none is named.
    #[serde(default)]
    pub(crate) inside: Vec<Spanned<String>>,
}

/// A provider of OpenID Connect, at which people of the centre sign in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Oidc {
    /// What it is called in Chinese.
    pub(crate) zh: Option<String>,
    /// And in English.
    pub(crate) en: Option<String>,
    /// Its address, exactly as it writes it itself.
    pub(crate) issuer: Spanned<String>,
    /// As what it knows us.
    pub(crate) client_id: String,
    /// What proves to it that it is us; none for a public client.
    pub(crate) password: Option<Secret>,
    /// The claim that is the name of an account.
    #[serde(default = "usual_claim")]
    pub(crate) claim: String,
    /// Whether it has asked for a second factor itself.
    #[serde(default)]
    pub(crate) second_factor: bool,
}

fn usual_claim() -> String {
    "preferred_username".to_owned()
}

/// What is told and asked outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Networks inside that webhooks may go to, and where the system of customers may be.
    pub inside: Vec<Cidr>,
    /// Where else people sign in, by name.
    pub providers: BTreeMap<String, Arc<Provider>>,
    /// The system of customers, if there is one.
    pub crm: Option<Arc<Crm>>,
}

/// A provider of OpenID Connect, at which people of the centre sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its name in the configuration.
    pub name: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
    /// Its address, exactly as it writes it itself.
    pub issuer: String,
    /// As what it knows us.
    pub client_id: String,
    /// What proves to it that it is us; none for a public client.
    pub client_secret: Option<String>,
    /// The claim that is the name of an account.
    pub claim: String,
    /// Whether it has asked for a second factor itself.
    pub second_factor: bool,
}

/// Without what only it and we know.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("name", &self.name).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Build<'_> {
    pub(super) fn asked_outside(&mut self) -> Outside {
        Outside { inside: self.inside(), providers: self.providers(), crm: self.crm() }
    }

    /// Where else people sign in. What they show there must not travel in the clear.
    fn providers(&mut self) -> BTreeMap<String, Arc<Provider>> {
        let document = self.document;
        let mut providers = BTreeMap::new();
        for (name, oidc) in &document.oidc {
            let issuer = oidc.issuer.get_ref();
            let is_near = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|near| {
                issuer.strip_prefix(near).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
            });
            if !issuer.starts_with("https://") && !is_near {
                let problem = format!("\"{issuer}\" is no address of a provider that could be trusted");
                self.mistakes.at(&oidc.issuer, &problem, "write it as the provider does: https://id.example.com");
                continue;
            }
            let name = name.get_ref().clone();
            let provider = Provider {
                zh: oidc.zh.clone().unwrap_or_else(|| name.clone()),
                en: oidc.en.clone().or_else(|| oidc.zh.clone()).unwrap_or_else(|| name.clone()),
                issuer: issuer.clone(),
                client_id: oidc.client_id.clone(),
                client_secret: oidc.password.as_ref().map(|secret| secret.0.clone()),
                claim: oidc.claim.clone(),
                second_factor: oidc.second_factor,
                name: name.clone(),
            };
            providers.insert(name, Arc::new(provider));
        }
        providers
    }

    /// The networks inside that webhooks may go to. What a receiver missed must still be there when it is switched off.
    fn inside(&mut self) -> Vec<Cidr> {
        if self.policy.webhook_keep < self.policy.webhook_disable_after {
            let problem =
                "webhook_keep is shorter than webhook_disable_after: a receiver that is back would miss events";
            self.mistakes.span(0..0, problem, "set webhook_keep longer under [policy]");
        }
        let document = self.document;
        let read = |text: &Spanned<String>| match text.get_ref().parse() {
            Ok(network) => Some(network),
            Err(error) => {
                let problem = format!("\"{}\" is no network: {error}", text.get_ref());
                self.mistakes.at(text, &problem, "write it like 10.1.0.0/16");
                None
            }
        };
        document.outgoing.inside.iter().filter_map(read).collect()
    }
}
