//! The program `rdv`: reads the command line and runs one command.
//! Not for: anything else, see the library beside it.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use server::{cli::Cli, commands};

/// Rows come from the thread of a connection and end in another; with the allocator of glibc
/// the memory of such threads stayed half as large again after a load (docs/decisions/0015).
/// SQLite's `malloc` is this one too (the feature `override`).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    keep_pages_small();
    commands::main(&Cli::parse())
}

/// Where Linux gives pages of two megabytes to whoever touches a byte of them, an idle server
/// keeps half as much memory again (docs/decisions/0015). Refused, it only costs that.
fn keep_pages_small() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
