//! Addresses at which nodes of a test will listen, known before they do.

#![allow(missing_docs)]

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::atomic::{AtomicU32, Ordering},
};

/// The ports that are used: above those of most services, below those of outgoing connections (from 32768 on).
const FIRST: u32 = 10_000;
const PORTS: u32 = 22_000;
/// So many ports lie between those of a process and those of the next, for systems whose loopback has one host only.
const APART: u32 = 64;

static GIVEN: AtomicU32 = AtomicU32::new(0);

/// Addresses on loopback that no other test takes, neither before a node listens there nor while it is stopped: the host is this
/// process's own, and no port is given twice. Where loopback has one host only, tests that begin shortly after each other have other
/// ports, and no more than that can be had.
pub fn own_addresses(count: usize) -> Vec<SocketAddr> {
    let (host, process) = (own_host(), std::process::id());
    let next = || {
        let number = process.wrapping_mul(APART).wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % PORTS;
        SocketAddr::from((host, u16::try_from(FIRST + number).unwrap_or(u16::MAX)))
    };
    // Some other program may listen on a port.
    let all = std::iter::repeat_with(next).take(PORTS as usize);
    let free: Vec<SocketAddr> = all.filter(|at| TcpListener::bind(at).is_ok()).take(count).collect();
    assert_eq!(free.len(), count, "nobody can listen on {host}");
    free
}

/// A host by the number of this process, where all of 127.0.0.0/8 is loopback (RFC 1122, 3.2.1.3); 127.0.0.0/9 is left to what
/// else runs on the machine.
fn own_host() -> Ipv4Addr {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    let own = Ipv4Addr::new(127, 128 | high, middle, low);
    if TcpListener::bind((own, 0)).is_ok() { own } else { Ipv4Addr::LOCALHOST }
}
