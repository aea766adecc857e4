//! `cargo xtask tidy`: checks the rules of the house and prints what breaks them. `cargo xtask regions FILE VERSION`:
//! packs the list of number prefixes and prints it.

use std::path::Path;
use std::process::{Command, ExitCode};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]
fn main() -> ExitCode {
    let root = xtask::root();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["tidy"] => tidy(&root),
        ["regions", file, version] => match regions(file, version) {
            Ok(packed) => {
                print!("{packed}");
                ExitCode::SUCCESS
            }
            Err(err) => {
                eprintln!("regions: {file}: {err}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("usage: cargo xtask tidy    (UPDATE_GOLDEN=1 rewrites the golden files)");
            eprintln!("       cargo xtask regions FILE VERSION > crates/core/callers/data/regions.txt");
            ExitCode::from(2)
        }
    }
}

fn regions(file: &str, version: &str) -> std::io::Result<String> {
    let csv = std::fs::read_to_string(file)?;
    let sum = Command::new("sha256sum").arg(file).output()?;
    let sum = String::from_utf8_lossy(&sum.stdout).into_owned();
    Ok(xtask::pack_regions(&csv, sum.split(' ').next().unwrap_or_default(), version))
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]
fn tidy(root: &Path) -> ExitCode {
    match xtask::tidy(root, std::env::var_os("UPDATE_GOLDEN").is_some()) {
        Ok(findings) if findings.is_empty() => ExitCode::SUCCESS,
        Ok(findings) => {
            for finding in findings {
                println!("{finding}");
            }
            ExitCode::FAILURE
        }
        Err(err) => {
            eprintln!("tidy: {err}");
            ExitCode::FAILURE
        }
    }
}
