//! The rules of the house hold for this workspace.

#[test]
fn the_workspace_is_tidy() -> Result<(), xtask::WorkspaceError> {
    let findings = xtask::tidy(&xtask::root(), std::env::var_os("UPDATE_GOLDEN").is_some())?;
    let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "\n{}\n", told.join("\n"));
    Ok(())
}
