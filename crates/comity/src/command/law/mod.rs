//! `comity law`: questions are answered on this machine from the shipped tables, or with data sets laid over them; only
//! loading and withdrawing a data set speak to a node.

mod ask;
mod data;
mod sets;
mod text;

use crate::{
    cli::law::{Law, LawCommand},
    failure::Failure,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

pub async fn run(law: &Law, json: bool) -> Result<(), Failure> {
    match &law.command {
        None => ask::pathways(&law.ask, json),
        Some(LawCommand::Relation(relation)) => ask::relation(relation, json),
        Some(LawCommand::Matrix(matrix)) => ask::matrix(matrix, json),
        Some(LawCommand::Deadlines(deadlines)) => ask::deadlines(deadlines, json),
        Some(LawCommand::Offences(offences)) => ask::offences(offences, json),
        Some(LawCommand::Check(check)) => ask::check(check, json),
        Some(LawCommand::Sign(sign)) => sets::sign(sign, json),
        Some(LawCommand::Preview { set, on, data }) => sets::preview(set, *on, data, json),
        Some(LawCommand::Import { remote, set, yes }) => sets::import(remote, set, *yes, json).await,
        Some(LawCommand::Withdraw { remote, id }) => sets::withdraw(remote, id, json).await,
        Some(LawCommand::Sets { remote }) => sets::list(remote, json).await,
    }
}

/// The day asked for, or today in UTC.
fn day(given: Option<Date>) -> Date {
    given.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date())
}
