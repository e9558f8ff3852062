//! What the node has already, so that an interrupted command goes on and does nothing twice.
//!
//! A file is in when the case has an item with its exhibit number, whose manifest has its name to the byte, its length and its
//! SHA-256. An upload of it is going on when it was begun for the same case, exhibit number, name and length with the same SHA-256.

use super::hashes::Counted;
use crate::command::evidence::{
    text::{list, said},
    wire::{Fault, Wire},
};
use crate::failure::Failure;
use comity_model::id::CaseId;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The items and uploads of a case, by exhibit number.
pub struct Known {
    case: CaseId,
    items: HashMap<String, Vec<Value>>,
    uploads: HashMap<String, Vec<Value>>,
}

impl Known {
    /// Asks the node.
    pub async fn of(wire: &Wire<'_>, case: CaseId) -> Result<Self, Failure> {
        let items = wire.all(&format!("/evidence?case={case}")).await?;
        let items = items.into_iter().map(|item| (said(&item["exhibit"]), item));
        let uploads = by_number(uploads_of(wire, case).await?);
        Ok(Self { case, items: grouped(items), uploads })
    }

    /// The item that a file became before; none where its exhibit number is not used yet.
    pub async fn item_of(&self, wire: &Wire<'_>, file: &Counted) -> Result<Option<String>, Failure> {
        let number = &file.file.exhibit;
        let Some(items) = self.items.get(number) else { return Ok(None) };
        let mut other = String::new();
        for item in items {
            let id = said(&item["id"]);
            if is_in(wire, &id, file).await? {
                return Ok(Some(id));
            }
            other = id;
        }
        Err(Failure::Refused(format!(
            "exhibit `{number}` of this case is another item already, `{other}`; give --exhibit with a number that is free"
        )))
    }

    /// The upload of a file that was begun before.
    pub fn upload_of(&self, file: &Counted) -> Option<String> {
        match_upload(self.uploads.get(&file.file.exhibit), file)
    }

    /// As [`Known::upload_of`], asked anew: the answer to an upload's beginning may have been lost.
    pub async fn upload_now(&self, wire: &Wire<'_>, file: &Counted) -> Result<Option<String>, Failure> {
        let uploads = by_number(uploads_of(wire, self.case).await?);
        Ok(match_upload(uploads.get(&file.file.exhibit), file))
    }
}

/// Is this item of the node that file?
pub async fn is_in(wire: &Wire<'_>, item: &str, file: &Counted) -> Result<bool, Failure> {
    match wire.get(&format!("/evidence/{item}")).await {
        Err(fault) if fault.is_gone() => Ok(false),
        Err(fault) => Err(fault.into()),
        Ok(view) => {
            let manifest = &view["manifest"];
            Ok(manifest["sha256"] == json!(file.sha256)
                && manifest["size"] == json!(file.file.size)
                && manifest["name"] == json!(file.file.name))
        }
    }
}

async fn uploads_of(wire: &Wire<'_>, case: CaseId) -> Result<Vec<Value>, Fault> {
    let answer = wire.get("/evidence/uploads").await?;
    Ok(list(&answer["uploads"]).iter().filter(|upload| upload["case"] == json!(case)).cloned().collect())
}

/// The upload of a file among those of its exhibit number. Where the node does not say which SHA-256 was declared, the same name
/// and length do: what differs all the same is refused at its end, since the node compares the whole with what was declared.
fn match_upload(uploads: Option<&Vec<Value>>, file: &Counted) -> Option<String> {
    let is_of = |upload: &&Value| {
        upload["fault"].is_null()
            && upload["length"] == json!(file.file.size)
            && upload["name"] == json!(file.file.name.display())
            && (upload["sha256"].is_null() || upload["sha256"] == json!(file.sha256))
    };
    uploads?.iter().find(is_of).map(|upload| said(&upload["item"]))
}

fn by_number(uploads: Vec<Value>) -> HashMap<String, Vec<Value>> {
    grouped(uploads.into_iter().map(|upload| (said(&upload["exhibit"]), upload)))
}

fn grouped(each: impl Iterator<Item = (String, Value)>) -> HashMap<String, Vec<Value>> {
    let mut groups: HashMap<String, Vec<Value>> = HashMap::new();
    each.for_each(|(number, one)| groups.entry(number).or_default().push(one));
    groups
}
