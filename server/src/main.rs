//! The program `rdv`: reads the command line and runs one command.
//! Not for: anything else, see the library beside it.

use std::process::ExitCode;

use clap::Parser;
use server::{cli::Cli, commands};

fn main() -> ExitCode {
    commands::main(&Cli::parse())
}
