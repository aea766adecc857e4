//! Files that say what is allowed, compared with what is.

use std::collections::BTreeSet;
use std::fs;

use crate::workspace::{Workspace, WorkspaceError};

/// The lines of a golden file without comments. An absent file allows nothing.
pub(crate) fn read(workspace: &Workspace, file: &str) -> BTreeSet<String> {
    let text = workspace.read(file).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// Rewrites a golden file with `lines` under its comment.
pub(crate) fn write(
    workspace: &Workspace,
    file: &str,
    comment: &str,
    lines: impl IntoIterator<Item = String>,
) -> Result<(), WorkspaceError> {
    let mut text = format!("# {comment}\n");
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    let path = workspace.root.join(file);
    fs::write(&path, text).map_err(|err| WorkspaceError::File { path, err })
}
