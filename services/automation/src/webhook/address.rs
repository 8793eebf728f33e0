//! Which addresses are public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Addresses that are not reached over the public internet, or are not meant for one host there: the registries
/// "IANA IPv4 Special-Purpose Address Space" and multicast; and one public address at which a cloud offers its
/// guests' metadata (Azure's 168.63.129.16; those of others are link-local, shared or private).
const NOT_PUBLIC_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([168, 63, 129, 16], 32),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// All that is given out for hosts of the public internet (RFC 4291).
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// What of it is not: "IANA IPv6 Special-Purpose Address Space". Teredo is in the first; 6to4 leads to IPv4 addresses
/// of any kind.
const NOT_PUBLIC_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0], 23),
    v6([0x2001, 0xdb8, 0], 32),
    v6([0x2002, 0, 0], 16),
    v6([0x3fff, 0, 0], 20),
];

const fn v4([a, b, c, d]: [u8; 4], bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6([a, b, c]: [u16; 3], bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

/// Whether an address is that of a host on the public internet. What stands for an IPv4 address (mapped, translated,
/// tunnelled) is not, whatever address it stands for.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            PUBLIC_V6.contains(&address) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hosts_of_the_internet_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.216.34",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "198.17.255.255",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "2001:4860:4860::8888",
            "2003::1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn what_is_inside_is_not() {
        for address in [
            "0.0.0.0",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    proptest! {
        /// Held against what the standard library knows, which says it in another way.
        #[test]
        fn nothing_that_the_standard_library_calls_inside_is_public(bits: u32) {
            let address = Ipv4Addr::from(bits);
            let inside = address.is_private() || address.is_loopback() || address.is_link_local()
                || address.is_broadcast() || address.is_documentation() || address.is_multicast()
                || address.is_unspecified();
            prop_assert!(!inside || !is_public(address.into()));
        }

        #[test]
        fn an_ipv4_address_in_the_clothes_of_an_ipv6_one_is_not_public(bits: u32) {
            let address = Ipv4Addr::from(bits);
            let [a, b, c, d] = address.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            let translated = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low);
            let tunnelled = Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1);
            let compatible = Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low);
            for address in [address.to_ipv6_mapped(), translated, tunnelled, compatible] {
                prop_assert!(!is_public(address.into()), "{address}");
            }
        }

        #[test]
        fn local_ipv6_addresses_are_not_public(bits: u128) {
            let local = |prefix: u128, length: u32| Ipv6Addr::from(prefix << (128 - length) | (bits >> length));
            for address in [local(0b111_1110, 7), local(0b11_1111_1010, 10), local(0xff, 8), local(0, 8)] {
                prop_assert!(!is_public(address.into()), "{address}");
            }
        }
    }
}
