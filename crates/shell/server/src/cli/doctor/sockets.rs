//! Who holds which socket, as `/proc` says.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// A socket of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Socket {
    pub(super) local: SocketAddr,
    pub(super) inode: u64,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) pid: u32,
    pub(super) name: String,
}

/// All UDP sockets.
pub(super) fn udp() -> Vec<Socket> {
    table("udp", |_| true)
}

/// All TCP sockets that listen.
pub(super) fn listening_tcp() -> Vec<Socket> {
    table("tcp", |state| state == "0A")
}

fn table(name: &str, wanted: impl Fn(&str) -> bool) -> Vec<Socket> {
    let read = |name: &str| fs::read_to_string(Path::new("/proc/net").join(name)).unwrap_or_default();
    let text = read(name) + &read(&format!("{name}6"));
    text.lines().filter_map(|line| socket(line, &wanted)).collect()
}

/// `0: 0100007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 12345 …`
fn socket(line: &str, wanted: impl Fn(&str) -> bool) -> Option<Socket> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let local = address(fields.next()?)?;
    let state = fields.nth(1)?;
    let inode = fields.nth(5)?.parse().ok()?;
    wanted(state).then_some(Socket { local, inode })
}

/// Words of the address stand in the machine's order, the port in that of the network.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| u32::from_str_radix(ip.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    let ip = match ip.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut octets = [0; 16];
            for (octets, at) in octets.chunks_exact_mut(4).zip([0, 8, 16, 24]) {
                octets.copy_from_slice(&word(at)?);
            }
            IpAddr::V6(Ipv6Addr::from(octets))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip.to_canonical(), port))
}

/// The inode of a listening Unix socket of this path.
pub(super) fn unix(path: &Path) -> Option<u64> {
    let text = fs::read_to_string("/proc/net/unix").ok()?;
    let path = path.to_str()?;
    let line = text.lines().find(|line| line.ends_with(path) && line.split_ascii_whitespace().nth(7) == Some(path))?;
    line.split_ascii_whitespace().nth(6)?.parse().ok()
}

/// Who holds the socket; none if that is another user's and we may not look.
pub(super) fn holder(inode: u64) -> Option<Holder> {
    let link = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?.filter_map(Result::ok);
    let holds = |pid: u32| {
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
        let mut links = descriptors.filter_map(Result::ok).filter_map(|entry| fs::read_link(entry.path()).ok());
        links.any(|target| target.as_os_str() == link.as_str()).then_some(pid)
    };
    let pid = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).find_map(holds)?;
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned();
    Some(Holder { pid, name })
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    #[test]
    fn a_line_of_the_table_is_read() {
        if cfg!(target_endian = "little") {
            assert_eq!(address("0100007F:13C4"), "127.0.0.1:5060".parse().ok());
            assert_eq!(address("00000000000000000000000001000000:13C4"), "[::1]:5060".parse().ok());
        }
        assert_eq!(address("01:13C4"), None);
        assert_eq!(address("nonsense"), None);
        assert_eq!(socket("  sl  local_address rem_address   st", |_| true), None);
    }

    #[test]
    fn the_holder_of_a_socket_is_found() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let here = socket.local_addr().unwrap();
        let found = udp().into_iter().find(|socket| socket.local == here).expect("it is in the table");
        assert_eq!(holder(found.inode).map(|holder| holder.pid), Some(std::process::id()));
        drop(socket);
        assert!(!udp().contains(&found));
    }
}
