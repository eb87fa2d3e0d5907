//! The program `rdv`: reads the command line and runs one command.
//! Not for: anything else, see the library beside it.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use server::{cli::Cli, commands};

/// Rows come from the thread of a connection and end in another; with the allocator of glibc
/// the memory of such threads stayed half as large again after a load (docs/decisions/0015).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    commands::main(&Cli::parse())
}
