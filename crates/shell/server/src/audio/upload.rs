//! Reading an uploaded file: from below the directory of the configuration and nowhere else, within a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};

use crate::audio::Unfit;

/// Reads `name`, a path from `base`.
pub(crate) fn read(base: &Path, name: &str, length_max: u64) -> Result<Vec<u8>, Unfit> {
    let below = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if name.is_empty() || !Path::new(name).components().all(below) {
        return Err(Unfit::Outside(name.to_owned()));
    }
    let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
    let base = base.canonicalize().map_err(|err| unreadable(name, err))?;
    let path = base.join(name).canonicalize().map_err(|err| unreadable(name, err))?;
    // A link may lead anywhere.
    if !path.starts_with(&base) {
        return Err(Unfit::Outside(name.to_owned()));
    }
    read_file(&path, name, length_max)
}

/// Reads any file that an operator named, to look at it.
pub(crate) fn read_file(path: &Path, name: &str, length_max: u64) -> Result<Vec<u8>, Unfit> {
    // Before it is opened: opening a pipe would wait for its other end.
    let about = path.metadata().map_err(|err| unreadable(name, err))?;
    if !about.is_file() {
        return Err(Unfit::NotFile(name.to_owned()));
    }
    let too_large = |length| Unfit::TooLarge { length, length_max };
    if about.len() > length_max {
        return Err(too_large(about.len()));
    }
    let mut content = Vec::new();
    let file = File::open(path).map_err(|err| unreadable(name, err))?;
    file.take(length_max + 1).read_to_end(&mut content).map_err(|err| unreadable(name, err))?;
    // It may have grown meanwhile.
    if content.len() as u64 > length_max {
        return Err(too_large(content.len() as u64));
    }
    Ok(content)
}

fn unreadable(name: &str, err: io::Error) -> Unfit {
    match err.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unfit::Missing(name.to_owned()),
        _ => Unfit::Unreadable(name.to_owned(), err),
    }
}
