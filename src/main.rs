//! Arguments in, exit code out; everything else is in `cli`.

use std::process::ExitCode;

use clap::Parser;
use shophand::cli::{Cli, failure, run};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("warn,shophand=warn,shophand::live=info,shophand::cli::learning=info")
    });
    // As for everything else that is printed: colours on a terminal, none in a file or with NO_COLOR.
    let colours = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours);
    log.with_writer(std::io::stderr).without_time().init();
    match run(cli).await {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            eprintln!("{}", failure(&error));
            ExitCode::FAILURE
        }
    }
}
