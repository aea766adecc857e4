//! Ranges of addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// A range of addresses: `203.0.113.0/24`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    network: u128,
    /// Counted as in IPv6; an IPv4 range begins at 96.
    length: u8,
    v4: bool,
}

/// Why a text is no range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// Not an address before the slash.
    #[error("not an IP address")]
    Address,
    /// Not a number after the slash, or one longer than the address.
    #[error("not a prefix length")]
    Length,
    /// Bits beyond the prefix are set: most likely a typing error.
    #[error("the address has bits beyond its prefix")]
    HostBits,
}

impl Cidr {
    /// Whether the address is in the range. An IPv4 address in IPv6 clothes counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (bits, _) = bits_of(address);
        bits & mask(self.length) == self.network
    }

    /// How many leading bits the addresses of the range share; the longest match wins.
    pub const fn length(&self) -> u8 {
        self.length
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| CidrError::Address)?;
        let (network, v4) = bits_of(address);
        let offset = if v4 { 96 } else { 0 };
        let length = match length {
            Some(length) => length.parse::<u8>().map_err(|_| CidrError::Length)?,
            None => 128 - offset,
        };
        let length = length.checked_add(offset).filter(|length| *length <= 128).ok_or(CidrError::Length)?;
        if network & mask(length) != network {
            return Err(CidrError::HostBits);
        }
        Ok(Self { network, length, v4 })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = std::net::Ipv6Addr::from_bits(self.network);
        match address.to_ipv4_mapped().filter(|_| self.v4) {
            Some(address) => write!(f, "{address}/{}", self.length - 96),
            None => write!(f, "{address}/{}", self.length),
        }
    }
}

fn bits_of(address: IpAddr) -> (u128, bool) {
    let mapped = |v4: Ipv4Addr| v4.to_ipv6_mapped().to_bits();
    match address {
        IpAddr::V4(v4) => (mapped(v4), true),
        IpAddr::V6(v6) => (v6.to_bits(), v6.to_ipv4_mapped().is_some()),
    }
}

const fn mask(length: u8) -> u128 {
    match 128_u32.checked_sub(length as u32) {
        Some(128) | None => 0,
        Some(rest) => u128::MAX << rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_what_shares_its_prefix() {
        let cases = [
            ("203.0.113.0/24", "203.0.113.77", true),
            ("203.0.113.0/24", "203.0.114.1", false),
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9", "::ffff:203.0.113.9", true),
            ("0.0.0.0/0", "198.51.100.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("::/0", "198.51.100.1", true),
        ];
        for (range, address, inside) in cases {
            let range: Cidr = range.parse().unwrap();
            assert_eq!(range.contains(address.parse().unwrap()), inside, "{range} {address}");
            assert_eq!(range.to_string().parse(), Ok(range));
        }
    }

    #[test]
    fn a_wrong_range_says_which_part_is_wrong() {
        assert_eq!("x/24".parse::<Cidr>(), Err(CidrError::Address));
        assert_eq!("203.0.113.0/33".parse::<Cidr>(), Err(CidrError::Length));
        assert_eq!("203.0.113.1/24".parse::<Cidr>(), Err(CidrError::HostBits));
    }
}
