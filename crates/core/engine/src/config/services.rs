//! The services flows may ask, and who must have signed their certificates.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::build::Build;
use super::document::{Document, Named};

/// Which services flows may ask.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookUps {
    /// Scheme, host and port: `https://crm.example.com`. Nothing else is ever asked.
    #[serde(default)]
    origins: Vec<Spanned<String>>,
    /// By origin, the file with the certificates of those who may have signed that service's.
    #[serde(default)]
    ca_files: Named<Spanned<String>>,
}

/// Who must have signed a service's certificate. It matters only to services that are asked by https.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// One of those whom the machine trusts.
    System,
    /// One of these alone: certificates as PEM.
    Own(Arc<str>),
}

/// The files with certificates that a configuration names.
pub(crate) fn ca_files(document: &Document) -> impl Iterator<Item = &String> {
    document.look_up.ca_files.values().map(Spanned::get_ref)
}

impl Build<'_> {
    pub(super) fn services(&mut self) -> BTreeMap<Box<str>, Trust> {
        let mut services = BTreeMap::new();
        let document = self.document;
        for origin in &document.look_up.origins {
            let text = origin.get_ref();
            let whole = bell_ivr::Template::parse(text).is_ok_and(|url| url.origin() == Some(text));
            if !whole {
                let problem = format!("{text:?} is no service");
                self.mistakes.at(origin, problem, "write scheme, host and port: \"http://crm.example.com:8080\"");
            }
            services.insert(text.as_str().into(), Trust::System);
        }
        for (origin, file) in &document.look_up.ca_files {
            if let Some(trust) = self.own_trust(origin, file) {
                services.insert(origin.get_ref().as_str().into(), trust);
            }
        }
        services
    }

    fn own_trust(&mut self, origin: &Spanned<String>, file: &Spanned<String>) -> Option<Trust> {
        let name = origin.get_ref();
        let document = self.document;
        let origins = document.look_up.origins.iter().map(|known| known.get_ref().as_str());
        if !origins.clone().any(|known| known == name) {
            let remedy = bell_ivr::suggestion(name, origins);
            self.mistakes.at(origin, format!("{name:?} is none of the origins"), remedy);
        } else if !name.starts_with("https:") {
            self.mistakes.at(origin, "a service that is asked by http shows no certificate", "ask it by https");
        }
        let Some(text) = self.source.files.get(file.get_ref()) else {
            let problem = format!("the file {:?} is not there", file.get_ref());
            self.mistakes.at(file, problem, "put it beside the configuration, or correct the name");
            return None;
        };
        if !text.contains("-----BEGIN CERTIFICATE-----") {
            let problem = format!("the file {:?} holds no certificate", file.get_ref());
            self.mistakes.at(file, problem, "write the certificates of the authority as PEM");
        }
        Some(Trust::Own(text.as_str().into()))
    }
}
