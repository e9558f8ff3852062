#![doc = include_str!("../README.md")]

mod api;
mod cli;
mod command;
mod demo;
mod failure;
mod output;
mod secret;

use clap::Parser;
use cli::Cli;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    output::start_logs(&cli);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => return Failure::failed(fault).exit(cli.json),
    };
    match runtime.block_on(command::run(&cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.exit(cli.json),
    }
}
