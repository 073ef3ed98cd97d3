//! `cargo xtask …`: sets Shophand up and runs its everyday commands.
//!
//! It runs before libtorch is there, so it depends on nothing of Shophand and on little else.
//!
//! - [`setup`] fetches libtorch and the language model into `.deps/`, and tells Cargo where they are
//! - [`chat`], [`test`] and [`bench`] set up what is missing, build, and run
//! - [`dist`] makes a folder that runs on a machine where nothing is installed

#[cfg(not(unix))]
compile_error!("Shophand is set up on Linux or macOS; on Windows, use the Linux subsystem (WSL)");

mod bench;
mod chat;
mod dist;
mod folder;
mod project;
mod say;
mod setup;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::project::Project;

const HELP: &str = "\
Sets Shophand up and runs its everyday commands.

  cargo xtask chat [ARGUMENTS]   talk to the shop in this terminal; ARGUMENTS go to `shophand chat`
  cargo xtask test [ARGUMENTS]   run all tests; ARGUMENTS go to `cargo test`
  cargo xtask bench [ARGUMENTS]  run the benchmarks; ARGUMENTS go to `cargo bench`
  cargo xtask dist               make a folder under dist/ that runs where nothing is installed
  cargo xtask setup              only fetch what the others need: libtorch and the language model
  cargo xtask help               show this

Each sets up first what is missing, and skips what is there. Everything fetched goes into .deps/,
whose removal undoes the set-up. Afterwards plain `cargo build`, `cargo run` and `cargo test` work too.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next();
    match run(command.as_deref(), arguments.collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Option<&str>, arguments: Vec<String>) -> Result<ExitCode> {
    let project = Project::here()?;
    match command {
        Some("setup") => setup::run(&project).map(|()| ExitCode::SUCCESS),
        Some("chat") => chat::run(&project, &arguments),
        Some("test") => test::run(&project, &arguments),
        Some("bench") => bench::run(&project, &arguments),
        Some("dist") => dist::run(&project).map(|()| ExitCode::SUCCESS),
        None | Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        Some(unknown) => bail!("there is no command `{unknown}`\n\n{HELP}"),
    }
}
