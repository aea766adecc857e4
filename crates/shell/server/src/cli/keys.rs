//! The keys that recordings are under (REC-03).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use bell_mediahost::{KeyId, key_of, rewrap};
use clap::Subcommand;
use serde_json::json;

use super::Outcome;
use crate::dirs::Dirs;

/// The keys that recordings are under.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// List them, with how many recordings each opens.
    List,
    /// Make a new key, which recordings have from now on. Older ones keep theirs.
    Rotate,
    /// Bring the recordings under the current key: of each only the envelope is written anew.
    Rewrap,
    /// Forget a key for good. Nobody can listen again to the recordings that it opens.
    Destroy {
        /// Its name.
        key: KeyId,
        /// How many recordings it opens, as the list says: they are lost.
        #[arg(long)]
        recordings: usize,
    },
}

impl Keys {
    pub(super) fn run(self, dirs: &Dirs, json: bool) -> Outcome {
        match self {
            Self::List => list(dirs, json),
            Self::Rotate => {
                let key = dirs.keys().rotate()?;
                say(json, &json!({ "key": key.to_string() }), &format!("recordings have key {key} from now on"));
                Ok(())
            }
            Self::Rewrap => rewrap_all(dirs, json),
            Self::Destroy { key, recordings } => destroy(dirs, key, recordings, json),
        }
    }
}

fn say(as_json: bool, json: &serde_json::Value, text: &str) {
    if as_json {
        println!("{json:#}");
    } else {
        println!("{text}");
    }
}

fn list(dirs: &Dirs, as_json: bool) -> Outcome {
    let (opens, vault) = (opens(dirs)?, dirs.keys());
    let (here, current) = (vault.keys()?, vault.current_id()?);
    let mut names = here.clone();
    names.extend(opens.keys().flatten().filter(|key| !here.contains(key)));
    let count = |key: Option<KeyId>| opens.get(&key).copied().unwrap_or(0);
    if as_json {
        let one = |key: &KeyId| json!({ "key": key.to_string(), "current": *key == current, "here": here.contains(key), "recordings": count(Some(*key)) });
        let keys: Vec<_> = names.iter().map(one).collect();
        println!("{:#}", json!({ "keys": keys, "without": count(None) }));
        return Ok(());
    }
    for key in names {
        let state = match (key == current, here.contains(&key)) {
            (true, _) => "current",
            (false, true) => "",
            (false, false) => "not here: its recordings cannot be read",
        };
        println!("{key}  {:>8} recordings  {state}", count(Some(key)));
    }
    if count(None) > 0 {
        println!("{:32}  {:>8} recordings  from before there were keys", "none", count(None));
    }
    Ok(())
}

/// How many files are under each key.
fn opens(dirs: &Dirs) -> io::Result<BTreeMap<Option<KeyId>, usize>> {
    let mut opens = BTreeMap::new();
    for file in files(dirs)? {
        *opens.entry(key_of(&file)?).or_default() += 1;
    }
    Ok(opens)
}

/// Recordings, sealed or being written.
fn files(dirs: &Dirs) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(dirs.recordings())?.map(|entry| entry.map(|entry| entry.path()));
    let is_recording = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "rec" || ending == "part");
    paths.filter(|path| path.as_ref().map_or(true, is_recording)).collect()
}

fn rewrap_all(dirs: &Dirs, as_json: bool) -> Outcome {
    let vault = dirs.keys();
    let mut wrapped = 0;
    // What is being written keeps its key until it is sealed.
    for file in files(dirs)?.iter().filter(|file| file.extension().is_some_and(|ending| ending == "rec")) {
        wrapped += usize::from(rewrap(file, &vault).map_err(|error| format!("{}: {error}", file.display()))?);
    }
    let current = vault.current_id()?;
    let text = format!("{wrapped} recordings are under key {current} now; what is being written keeps its key");
    say(as_json, &json!({ "key": current.to_string(), "recordings": wrapped }), &text);
    Ok(())
}

fn destroy(dirs: &Dirs, key: KeyId, recordings: usize, as_json: bool) -> Outcome {
    let found = opens(dirs)?.get(&Some(key)).copied().unwrap_or(0);
    if found != recordings {
        let why = format!("key {key} opens {found} recordings, not {recordings}: nothing was destroyed");
        return Err(why.into());
    }
    dirs.keys().destroy(key)?;
    say(as_json, &json!({ "key": key.to_string(), "recordings": found }), &format!("key {key} is destroyed"));
    Ok(())
}
