//! `comity rotate`: new keys for the authorities of a node. The node goes on signing with the old ones until the registry
//! lists the new, and keeps the old sealing keys to open what was sealed to them.

use crate::{
    cli::Rotate,
    failure::Failure,
    output::{Waiting, print},
    secret::passphrase,
};
use comity_node::{config::Config, random, setup::rotate_keys};
use comity_seal::WorkFactor;

pub fn run(rotate: &Rotate, json: bool) -> Result<(), Failure> {
    let config = Config::read(&rotate.node.dir).map_err(|fault| Failure::NotFound(fault.to_string()))?;
    let authorities = if rotate.authorities.is_empty() { &config.authorities } else { &rotate.authorities };
    let passphrase = passphrase(rotate.node.passphrase_file.as_deref())?;
    let waiting = Waiting::begin(json, "making keys; the key file is encrypted slowly on purpose");
    let membership =
        rotate_keys(&rotate.node.dir, &config, authorities, &passphrase, WorkFactor::FAST, random::now());
    drop(waiting);
    let membership = membership.map_err(Failure::failed)?;
    print(json, &membership, || {
        format!(
            "new keys for {}\nnext: restart the node; give `{}` to the root holders, who enter it with `comity registry \
             add-member` into the next version. Until then the node signs with the old keys",
            authorities.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            rotate.node.dir.join("membership.json").display()
        )
    });
    Ok(())
}
