//! A block of ports for each mesh.

use std::net::{Ipv4Addr, TcpListener};

/// Ports that a mesh publishes before the offset is added: the edge and the services, the administration ports.
const PUBLISHED: [std::ops::RangeInclusive<u16>; 2] = [3000..=3014, 3100..=3109];
/// Held as long as the block is used, so that no other run takes it.
const HELD: u16 = 3199;
/// From one block to the next. All blocks lie below the ports that systems hand to outgoing connections.
const STEP: u16 = 200;
const BLOCKS: std::ops::Range<u16> = 5..80;

/// A block of free ports, until it is dropped.
pub struct Ports {
    offset: u16,
    _held: TcpListener,
}

impl Ports {
    /// The first block that is free.
    pub fn claim() -> Self {
        BLOCKS
            .map(|block| block * STEP)
            .find_map(|offset| {
                let held = TcpListener::bind((Ipv4Addr::UNSPECIFIED, HELD + offset)).ok()?;
                let free = PUBLISHED
                    .into_iter()
                    .flatten()
                    .all(|port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port + offset)).is_ok());
                free.then_some(Self { offset, _held: held })
            })
            .expect("some block of ports between 4000 and 19000 is free")
    }

    /// What is added to every port.
    pub fn offset(&self) -> u16 {
        self.offset
    }
}
