//! The `belltower` program.

use std::process::ExitCode;

/// glibc keeps freed memory in pieces after load; this does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    belltower::cli::run()
}
