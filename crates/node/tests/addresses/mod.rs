//! Addresses at which nodes of a test will listen, known before they do.

#![allow(clippy::panic, missing_docs)]

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::atomic::{AtomicU16, Ordering},
};

/// Below the ports that the system gives to outgoing connections, which start at 32768.
static NEXT: AtomicU16 = AtomicU16::new(10_000);

/// Addresses on loopback that no other test takes, neither before a node listens there nor while it is stopped: the host is this
/// process's own (all of 127.0.0.0/8 is loopback, RFC 1122, 3.2.1.3), and no port is given twice.
pub fn own_addresses(count: usize) -> Vec<SocketAddr> {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    // 127.0.0.0/9 is left to what else runs on the machine.
    let host = Ipv4Addr::new(127, 128 | high, middle, low);
    let next = || SocketAddr::from((host, NEXT.fetch_add(1, Ordering::Relaxed)));
    std::iter::repeat_with(next).filter(is_free).take(count).collect()
}

/// Some other program may listen on a port of all hosts.
fn is_free(address: &SocketAddr) -> bool {
    match TcpListener::bind(address) {
        Ok(_) => true,
        Err(fault) if fault.kind() == ErrorKind::AddrInUse => false,
        Err(fault) => panic!("{address} is not loopback on this system: {fault}"),
    }
}
