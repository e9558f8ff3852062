//! `comity registry`: made and signed offline by the root holders.

mod change;

use crate::{
    cli::{Registry, RegistryCreate, RegistryNext, RegistrySign},
    failure::Failure,
    output::{Waiting, print},
    secret::passphrase,
};
use comity_model::{
    AuthorityId,
    registry::{REGISTRY_TYPE, Registry as Document, SigningKeyRecord, SigningKeys},
    statement::Mode,
};
use comity_node::{
    files::write_private,
    keys, random,
    setup::{Membership, RootKeys, first_registry},
};
use comity_record::{
    directory::{signing_keys, signing_verifier},
    registry::{sign_registry, unverified_registry},
    verify::fingerprint,
};
use comity_seal::{AuthorityKeys, Dsse, KeyFile, SigningKey, WorkFactor};
use jiff::SignedDuration;
use serde_json::json;
use std::path::Path;

/// The name under which a root key file holds its key.
const ROOT: &str = "root";

pub fn run(registry: &Registry, json: bool) -> Result<(), Failure> {
    match registry {
        Registry::Create(create) => make(create, json),
        Registry::AddMember { draft, membership, overlap_days } => {
            add_member(draft, membership, days(*overlap_days), json)
        }
        Registry::Next(next) => next_draft(next, json),
        Registry::RevokeKey { draft, authority, key, at } => {
            let at = at.unwrap_or_else(random::now);
            edit(draft, json, "key revoked", |registry| change::revoke(registry, authority, key, at))
        }
        Registry::RetireMember { draft, authority, at } => {
            let at = at.unwrap_or_else(random::now);
            edit(draft, json, "membership ends", |registry| change::retire(registry, authority, at))
        }
        Registry::Sign(sign) => add_signature(sign, json),
        Registry::Inspect { file } => inspect(file, json),
    }
}

fn make(create: &RegistryCreate, json: bool) -> Result<(), Failure> {
    if create.threshold == 0 || create.threshold > create.roots {
        return Err(Failure::Usage("the threshold lies between 1 and the number of root keys".into()));
    }
    let passphrase = passphrase(create.passphrase_file.as_deref())?;
    let draft = create.dir.join("registry.draft.json");
    if draft.exists() {
        return Err(Failure::Usage(format!(
            "`{}` is there already; choose another directory",
            draft.display()
        )));
    }
    std::fs::create_dir_all(&create.dir).map_err(|fault| Failure::file(&create.dir, &fault))?;
    let waiting = Waiting::begin(json, "making root keys; each is encrypted slowly on purpose");
    let roots = RootKeys::generate(create.roots, create.threshold).map_err(Failure::failed)?;
    for (number, key) in (1..).zip(&roots.keys) {
        let mut file = KeyFile::default();
        file.authorities.insert(ROOT.into(), AuthorityKeys { signing: vec![key.clone()], sealing: vec![] });
        let path = create.dir.join(format!("root-{number}.age"));
        keys::write(&path, &file, &passphrase, WorkFactor::STRONG).map_err(Failure::failed)?;
    }
    drop(waiting);
    let mode = if create.live { Mode::Live } else { Mode::Exercise };
    let now = random::now();
    let expires = now + SignedDuration::from_hours(24 * create.days);
    let document = first_registry(&create.federation, mode, &roots.roots(), &[], 0, now, expires);
    let document = Document { witness_quorum: create.quorum, ..document };
    write(&create.dir.join("roots.json"), &roots.roots())?;
    write(&draft, &document)?;
    let print_of = fingerprint(&document.roots);
    print(json, &json!({ "draft": draft, "roots": print_of }), || {
        format!(
            "root keys {print_of}\nnext: `comity registry add-member` for each node, then `comity registry sign` by {} \
             of the {} root holders",
            create.threshold, create.roots
        )
    });
    Ok(())
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

fn add_member(draft: &Path, membership: &Path, overlap: SignedDuration, json: bool) -> Result<(), Failure> {
    let mut document: Document = read(draft)?;
    let new: Membership = read(membership)?;
    let name = new.node.name.clone();
    change::enter(&mut document, new, random::now(), overlap);
    write(draft, &document)?;
    print(json, &document, || format!("`{name}` entered; {} nodes in the draft", document.nodes.len()));
    Ok(())
}

/// Makes the draft of the next version from the registry in force.
fn next_draft(next: &RegistryNext, json: bool) -> Result<(), Failure> {
    let (held, _) = registry_or_draft(&next.registry)?;
    let document = change::next_version(held, random::now(), days(next.days));
    write(&next.draft, &document)?;
    print(json, &document, || {
        format!(
            "draft of version {} in `{}`, until {}; change it, then `comity registry sign`",
            document.version,
            next.draft.display(),
            document.expires
        )
    });
    Ok(())
}

fn edit(
    draft: &Path,
    json: bool,
    what: &str,
    change: impl FnOnce(&mut Document) -> Result<(), change::ChangeFault>,
) -> Result<(), Failure> {
    let mut document: Document = read(draft)?;
    change(&mut document).map_err(|fault| Failure::Usage(fault.to_string()))?;
    write(draft, &document)?;
    print(json, &document, || format!("{what}, in the draft of version {}", document.version));
    Ok(())
}

fn add_signature(sign: &RegistrySign, json: bool) -> Result<(), Failure> {
    let document: Document = read(&sign.draft)?;
    document.check().map_err(|fault| Failure::Usage(fault.to_string()))?;
    let passphrase = passphrase(sign.passphrase_file.as_deref())?;
    let key = root_key(&sign.root, &passphrase)?;
    let mut roots = document.roots.clone();
    if let Some(previous) = &sign.previous {
        roots.extend(registry_or_draft(previous)?.0.roots);
    }
    if !roots.contains(&signing_keys(key.public())) {
        return Err(Failure::Usage(format!(
            "`{}` is not a root key of this draft; where root keys are replaced, name the registry in force with --previous",
            sign.root.display()
        )));
    }
    let payload = serde_json::to_vec(&document).map_err(Failure::failed)?;
    let dsse = match read::<Dsse>(&sign.out) {
        Ok(mut signed) if signed.payload == payload && signed.payload_type == REGISTRY_TYPE => {
            key.add_signatures(&mut signed).map_err(Failure::failed)?;
            signed
        }
        // Of another draft, or not there: begin anew.
        _ => sign_registry(&document, &key).map_err(Failure::failed)?,
    };
    write(&sign.out, &dsse)?;
    let signers = signers(&dsse, &roots);
    let answer = json!({ "file": sign.out, "signatures": signers, "threshold": document.threshold });
    print(json, &answer, || {
        format!("{signers} of {} signatures in `{}`", document.threshold, sign.out.display())
    });
    Ok(())
}

fn root_key(path: &Path, passphrase: &str) -> Result<SigningKey, Failure> {
    let file = keys::read(path, passphrase).map_err(Failure::failed)?;
    let key = file.authorities.get(ROOT).and_then(|keys| keys.signing.first()).cloned();
    key.ok_or_else(|| Failure::Usage(format!("`{}` holds no root key", path.display())))
}

/// How many of these roots have signed it.
fn signers(dsse: &Dsse, roots: &[SigningKeys]) -> usize {
    let verifiers: Vec<_> = roots.iter().filter_map(|keys| signing_verifier(keys).ok()).collect();
    let signed = comity_seal::verify_threshold(dsse, &verifiers, 1, REGISTRY_TYPE);
    signed.map_or(0, |payload| payload.signers().len())
}

/// A signed registry with the number of its own roots that signed it, or a draft.
fn registry_or_draft(file: &Path) -> Result<(Document, usize), Failure> {
    match read::<Dsse>(file) {
        Ok(dsse) => {
            let document = unverified_registry(&dsse).map_err(Failure::failed)?;
            let count = signers(&dsse, &document.roots);
            Ok((document, count))
        }
        Err(Failure::NotFound(text)) => Err(Failure::NotFound(text)),
        Err(_) => Ok((read::<Document>(file)?, 0)),
    }
}

fn inspect(file: &Path, json: bool) -> Result<(), Failure> {
    let (document, signed) = registry_or_draft(file)?;
    let fault = document.check().err().map(|fault| fault.to_string());
    let roots = fingerprint(&document.roots);
    print(
        json,
        &json!({ "registry": document, "signatures": signed, "roots": roots, "fault": fault }),
        || {
            let nodes = document.nodes.iter().map(|node| {
                let served = document.members.iter().filter(|member| member.node == node.name);
                let served: Vec<&str> = served.map(|member| member.authority.as_str()).collect();
                format!("\n  {} at {} serves {}", node.name, node.address, served.join(", "))
            });
            let keys = document
                .members
                .iter()
                .flat_map(|member| member.signing.iter().map(move |key| (member, key)));
            format!(
                "{} ({:?}), version {}, until {}\nroot keys {roots}; signed by {signed}, {} needed; {} witnesses{}{}{}",
                document.federation,
                document.mode,
                document.version,
                document.expires,
                document.threshold,
                document.witness_quorum,
                nodes.collect::<String>(),
                keys.map(|(member, key)| key_line(&member.authority, key)).collect::<String>(),
                fault.as_ref().map(|fault| format!("\nFAULT: {fault}")).unwrap_or_default(),
            )
        },
    );
    fault.map_or(Ok(()), |fault| Err(Failure::DoesNotHold(fault)))
}

/// One signing key with its id and its time.
fn key_line(authority: &AuthorityId, key: &SigningKeyRecord) -> String {
    let id =
        change::key_id(key).map_or_else(|| "unreadable".into(), |id| id.chars().take(16).collect::<String>());
    let until = key.valid_until.map(|until| format!(" until {until}")).unwrap_or_default();
    let revoked = key.revoked_at.map(|at| format!(", REVOKED at {at}")).unwrap_or_default();
    format!("\n  key {id} of {authority} from {}{until}{revoked}", key.valid_from)
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let bytes = std::fs::read(path).map_err(|fault| Failure::file(path, &fault))?;
    serde_json::from_slice(&bytes).map_err(|fault| Failure::Usage(format!("`{}`: {fault}", path.display())))
}

fn write<T: serde::Serialize>(path: &Path, value: &T) -> Result<(), Failure> {
    let bytes = serde_json::to_vec_pretty(value).map_err(Failure::failed)?;
    write_private(path, &bytes).map_err(|fault| Failure::file(path, &fault))
}
