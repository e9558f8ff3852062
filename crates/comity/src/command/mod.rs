//! One file for one group of commands.

mod completion;
mod evidence;
mod export;
mod hashset;
mod init;
mod law;
mod matching;
mod officer;
pub mod registry;
mod remote;
mod rotate;
mod serve;
pub mod verify;

use crate::{
    cli::{Cli, Command},
    demo,
    failure::Failure,
};

/// Runs the command that was asked for.
pub async fn run(cli: &Cli) -> Result<(), Failure> {
    match &cli.command {
        Command::Init(init) => init::run(init, cli.json),
        Command::Serve(serve) => serve::run(serve).await,
        Command::Rotate(rotate) => rotate::run(rotate, cli.json),
        Command::Registry(registry) => registry::run(registry, cli.json),
        Command::Officer(officer) => officer::run(officer, cli.json).await,
        Command::Case(case) => remote::case(case, cli.json).await,
        Command::Alert(alert) => remote::alert(alert, cli.json).await,
        Command::Law(law) => law::run(law, cli.json).await,
        Command::Evidence(evidence) => evidence::run(evidence, cli.json).await,
        Command::Match(command) => matching::run(command, cli.json),
        Command::Hashset(command) => hashset::run(command, cli.json).await,
        Command::Export(export) => export::run(export, cli.json).await,
        Command::Verify(verify) => verify::run(verify, cli.json),
        Command::Demo(demo) => demo::run(demo, cli.json).await,
        Command::Completion { shell } => {
            completion::run(*shell);
            Ok(())
        }
    }
}
